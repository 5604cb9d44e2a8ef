import { expect, it } from "vitest";
import { FAULTS } from "./faults.ts";
import { processesWith } from "./processes.ts";
import { round, submitted, untilEnded } from "./round.ts";
import { Stack } from "./stack.ts";

/** Those that are over at once; `npm run chaos` has the others too. */
const QUICK = [
  "trainer killed",
  "worker killed",
  "Temporal killed",
  "PostgreSQL killed",
  "connections to PostgreSQL cut",
  "connections to Temporal cut",
];

/** With it a trainer is killed first, and the trials that it had are attempted again. */
const SEED = 3;

it.skipIf(process.platform !== "linux")(
  "a sweep whose processes are killed and cut off leaves what an undisturbed one does, bit by bit, and nothing running",
  {
    timeout: 600_000,
  },
  async () => {
    const stack = await Stack.open(2, { clocks: false });
    try {
      const undisturbed = await untilEnded(await submitted(stack, "undisturbed", "nothing"));
      const faults = FAULTS.filter(({ name }) => QUICK.includes(name));
      expect(faults.length).toBe(QUICK.length);
      const { wrong, struck, attempts } = await round(faults, SEED, undisturbed);
      expect(wrong).toEqual([]);
      expect(struck.size).toBeGreaterThan(0);
      expect(attempts).toBeGreaterThan(4); // of four trials
      await stack.endWorkers();
      expect(processesWith(`LIESWEEP_HOME=${stack.home}`)).toEqual([]);
    } finally {
      await stack.close();
    }
  },
);
