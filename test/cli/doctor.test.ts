import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryHome } from "../support/homes.ts";
import { liesweep } from "./captured-terminal.ts";

it.skipIf(process.platform === "win32")(
  "doctor tells the memory of a card, and what cannot be told of none",
  async () => {
    await using home = await temporaryHome();
    const program = join(home.path, "nvidia-smi");
    await writeFile(program, "#!/bin/sh\necho 81559, 81079\n");
    await chmod(program, 0o755);
    const finding = async (PATH: string) => {
      const { out } = await liesweep({ LIESWEEP_HOME: home.path, PATH }, "doctor", "--json");
      const { findings } = JSON.parse(out) as { findings: { what: string }[] };
      return findings.find(({ what }) => what === "card memory");
    };
    expect(await finding(home.path)).toMatchObject({
      ok: true,
      detail: "79.2 GiB of 79.6 GiB free",
    });
    expect(await finding("/nonexistent")).toMatchObject({ ok: null });
  },
  120_000,
);
