import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { withLock } from "../../local/lock.ts";
import {
  endRecordedProcess,
  recordedProcess,
  recordProcess,
  spawned,
} from "../../local/processes.ts";
import { silently } from "../../local/stack-error.ts";
import { startWorker, stopWorker, workerPid } from "../../local/worker.ts";
import { temporaryHome } from "../support/homes.ts";

const idle = (script = "setInterval(() => {}, 1000)") =>
  spawned(spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore" }));

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a pid file", () => {
  test("ends the process it was written for", async () => {
    await using home = await temporaryHome();
    const file = join(home.path, "one.json");
    const pid = await idle();
    await recordProcess(file, pid, { address: "here" });
    expect(await recordedProcess(file)).toMatchObject({ pid, address: "here" });
    expect(await endRecordedProcess(file, 5000)).toBe(true);
    await expect.poll(() => isThere(pid)).toBe(false); // a zombie until we collect it
    expect(await endRecordedProcess(file, 5000)).toBe(false);
  });

  test("a process that ignores SIGTERM is killed when its time is up", async () => {
    await using home = await temporaryHome();
    const file = join(home.path, "one.json");
    const pid = await idle("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    await sleep(200); // until its handler is in place
    await recordProcess(file, pid);
    expect(await endRecordedProcess(file, 100)).toBe(true);
    await expect.poll(() => isThere(pid)).toBe(false);
  });

  test("a stranger who got the pid later is neither joined nor killed", async () => {
    await using home = await temporaryHome();
    const file = join(home.path, "one.json");
    const stranger = await idle();
    await writeFile(file, JSON.stringify({ pid: stranger, birth: "1 an earlier boot" }));
    expect(await recordedProcess(file)).toBeUndefined();
    expect(await endRecordedProcess(file, 100)).toBe(false);
    expect(isThere(stranger)).toBe(true);
    process.kill(stranger, "SIGKILL");
  });

  test.each(["", "{", "null", '{"pid":-1,"birth":"x"}', '{"pid":0,"birth":""}', '{"pid":"7"}'])(
    "%j names nobody",
    async (text) => {
      await using home = await temporaryHome();
      const file = join(home.path, "one.json");
      await writeFile(file, text);
      expect(await recordedProcess(file)).toBeUndefined();
      expect(await endRecordedProcess(file, 100)).toBe(false);
    },
  );
});

describe("a lock", () => {
  test("lets one in at a time, and leaves nothing behind", async () => {
    await using home = await temporaryHome();
    let inside = 0;
    const visit = () =>
      withLock(join(home.path, "lock"), silently, async () => {
        expect(++inside).toBe(1);
        await sleep(20);
        inside--;
      });
    await Promise.all(Array.from({ length: 5 }, visit));
    expect(await readdir(home.path)).toEqual([]);
  });

  test("of a dead holder is taken over", async () => {
    await using home = await temporaryHome();
    const file = join(home.path, "lock");
    await writeFile(file, JSON.stringify({ pid: process.pid, birth: "1 an earlier boot" }));
    expect(await withLock(file, silently, async () => "in")).toBe("in");
  });
});

test("a worker is started once, logs to the home, and is stopped once", async () => {
  await using home = await temporaryHome();
  const program = join(home.path, "program.mjs");
  await writeFile(program, "console.log(process.argv.slice(2)); setInterval(() => {}, 1000);");
  const [one, other] = await Promise.all([
    startWorker(home.path, ["--slots", "1"], program),
    startWorker(home.path, [], program),
  ]);
  expect(one.pid).toBe(other.pid);
  expect(await workerPid(home.path)).toBe(one.pid);
  await expect.poll(() => readFile(one.log, "utf8")).toMatch(/'worker'/);
  expect(await stopWorker(home.path)).toBe(true);
  expect(await stopWorker(home.path)).toBe(false);
  await expect.poll(() => isThere(one.pid)).toBe(false); // a zombie until we collect it
});
