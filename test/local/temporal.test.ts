import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { describe, expect, inject, test } from "vitest";
import { freePort } from "../../local/ports.ts";
import { silently } from "../../local/stack-error.ts";
import { runningTemporal, startTemporal, stopTemporal } from "../../local/temporal.ts";
import { findTemporal } from "../../local/temporal-binary.ts";
import { knowsNamespace } from "../../local/temporal-health.ts";
import { temporaryHome } from "../support/homes.ts";

async function freePorts() {
  return {
    ...process.env,
    TEMPORAL_ADDRESS: undefined,
    LIESWEEP_TEMPORAL_PORT: String(await freePort()),
    LIESWEEP_TEMPORAL_UI_PORT: String(await freePort()),
  };
}

describe("a Temporal server in a home", () => {
  test("it is started once, joined after, found by others, and stopped once", async () => {
    await using home = await temporaryHome();
    const env = await freePorts();
    const [one, other] = await Promise.all([
      startTemporal(home.path, { env }),
      startTemporal(home.path, { env }),
    ]);
    expect(one.address).toBe(`127.0.0.1:${env.LIESWEEP_TEMPORAL_PORT}`);
    expect([one.origin, other.origin].sort()).toEqual(["joined", "started"]);
    expect(await runningTemporal(home.path)).toEqual({ address: one.address, uiUrl: one.uiUrl });
    expect((await fetch(one.uiUrl ?? "")).status).toBe(200);
    expect(await knowsNamespace(one.address)).toBe(true);
    expect(await knowsNamespace(one.address, "nobody-made-this")).toBe(false);

    expect(await stopTemporal(home.path)).toBe(true);
    expect(await stopTemporal(home.path)).toBe(false);
    expect(await runningTemporal(home.path)).toBeUndefined();
    expect(await readdir(join(home.path, "temporal"))).toContain("temporal.db");
  });

  test.each(["LIESWEEP_TEMPORAL_PORT", "LIESWEEP_TEMPORAL_UI_PORT"] as const)(
    "a stranger on %s is named, with the way out",
    async (variable) => {
      await using home = await temporaryHome();
      const env = await freePorts();
      const stranger = createServer().listen(Number(env[variable]), "127.0.0.1");
      try {
        await expect(startTemporal(home.path, { env })).rejects.toThrow(
          new RegExp(`port ${env[variable]} .* another program .*${variable}.*TEMPORAL_ADDRESS`),
        );
      } finally {
        stranger.close();
      }
    },
  );

  test("a program that dies at once is reported with its last words", async () => {
    await using home = await temporaryHome();
    const env = {
      ...(await freePorts()),
      PATH: await folderWith(home.path, "temporal", "echo no disk >&2; exit 1"),
    };
    await expect(startTemporal(home.path, { env })).rejects.toThrow(/did not start.*no disk/s);
    expect(await runningTemporal(home.path)).toBeUndefined();
  });
});

test("the server of this test run answers", async () => {
  expect(await knowsNamespace(inject("temporalAddress"))).toBe(true);
});

test("what a server has taken in is there after kill -9", async () => {
  await using home = await temporaryHome();
  const env = await freePorts();
  const { address } = await startTemporal(home.path, { env });
  const before = await Connection.connect({ address });
  for (let i = 0; i < 20; i++)
    await new Client({ connection: before }).workflow.start("none", {
      taskQueue: "nobody",
      workflowId: `begun-${i}`,
    });
  const { pid } = JSON.parse(
    await readFile(join(home.path, "temporal", "server.json"), "utf8"),
  ) as {
    pid: number;
  };
  process.kill(pid, "SIGKILL");
  await before.close();

  expect((await startTemporal(home.path, { env })).address).toBe(address);
  const after = await Connection.connect({ address });
  for (let i = 0; i < 20; i++) {
    const { status } = await new Client({ connection: after }).workflow
      .getHandle(`begun-${i}`)
      .describe();
    expect(status.name).toBe("RUNNING");
  }
  await after.close();
});

describe("where Temporal comes from", () => {
  test("TEMPORAL_ADDRESS wins over every program", async () => {
    const env = { ...process.env, TEMPORAL_ADDRESS: "temporal.example:7233" };
    expect(await findTemporal(silently, env)).toEqual({
      kind: "server",
      address: "temporal.example:7233",
    });
  });

  test("with nothing to go by, the error names every way out", async () => {
    await using home = await temporaryHome();
    const env = { PATH: home.path, XDG_CACHE_HOME: home.path };
    await expect(findTemporal(silently, env)).rejects.toThrow(/PATH.*Go.*TEMPORAL_ADDRESS/s);
  });

  test("go builds it into the cache, once, telling so", async () => {
    await using home = await temporaryHome();
    const script = `echo built >> ${home.path}/builds; printf '#!/bin/sh\\n' > "$GOBIN/temporal"; /bin/chmod +x "$GOBIN/temporal"`;
    const env = { PATH: await folderWith(home.path, "go", script), XDG_CACHE_HOME: home.path };
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const path = join(home.path, "liesweep", "bin", "temporal");
    const found = await Promise.all([findTemporal(say, env), findTemporal(say, env)]);
    expect(found).toEqual([
      { kind: "binary", path },
      { kind: "binary", path },
    ]);
    expect(await readFile(join(home.path, "builds"), "utf8")).toBe("built\n");
    expect(lines[0]).toMatch(/building .* about 3 minutes/);
  });

  test("a build that fails says why and leaves nothing that looks like a program", async () => {
    await using home = await temporaryHome();
    const script = 'printf partial > "$GOBIN/temporal"; echo no network >&2; exit 1';
    const env = { PATH: await folderWith(home.path, "go", script), XDG_CACHE_HOME: home.path };
    await expect(findTemporal(silently, env)).rejects.toThrow(/go install.*no network/s);
    expect(await readdir(join(home.path, "liesweep"))).toEqual([]);
  });
});

/** A folder whose only program is `name`, a shell script. */
async function folderWith(home: string, name: string, script: string): Promise<string> {
  const folder = join(home, "programs");
  await mkdir(folder);
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}
