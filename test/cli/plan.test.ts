import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { liesweep, widest } from "./captured-terminal.ts";

const file = fileURLToPath(new URL("../../examples/two-body.yaml", import.meta.url));

/** Nobody is asked: a home without a stack. */
const env = { LIESWEEP_HOME: "/nonexistent" };

it("plan counts what would be trained, and needs no server", async () => {
  const { code, out } = await liesweep(env, "plan", file, "--json");
  expect(code).toBe(0);
  const plan = JSON.parse(out) as {
    blocks: { trialSteps: number; trials: number; epochs: number; stepsPerEpoch: number }[];
    trialSteps: number;
  };
  expect(plan).toMatchObject({ sweep: "two-body", trials: 54, packs: 9 });
  for (const { trials, epochs, stepsPerEpoch, trialSteps } of plan.blocks)
    expect(trialSteps).toBe(trials * epochs * stepsPerEpoch);
  expect(plan.trialSteps).toBe(plan.blocks.reduce((sum, { trialSteps }) => sum + trialSteps, 0));
}, 120_000);

it("plan prints a table that fits 80 columns, and says what its time is", async () => {
  const { code, out, err } = await liesweep(env, "plan", file);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(widest(out)).toBeLessThanOrEqual(80);
  expect(out).toMatch(/^n = 2 +18 +3 +20 /m);
  expect(out).toMatch(/^sum +54 +9 /m);
  expect(out).toMatch(/An\s+estimate,\s+measured\s+just\s+now/);
}, 120_000);
