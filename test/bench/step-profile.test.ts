import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../bench/step-profile.ts", import.meta.url));

test("bench:step-profile tells every part of a step at both widths, in shares that make a whole", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--import", import.meta.resolve("tsx"), PROGRAM],
    ...["--steps", "2", "--runs", "1"],
  ]);
  expect(stdout).toMatch(/^- Machine: .+ cores, /m);
  const shares = [...stdout.matchAll(/^\| (?<part>.+?) \| (\d+) % \(\d+ µs\) \| (\d+) % /gm)];
  expect(shares.map(({ groups }) => groups?.["part"])).toEqual([
    "products with an H × H matrix",
    "passes over H × H matrices: Adam",
    "passes over activations",
    "other products",
    "the rest, small nodes",
  ]);
  for (const column of [2, 3]) {
    const whole = shares.reduce((sum, match) => sum + Number(match[column]), 0);
    expect(Math.abs(whole - 100)).toBeLessThan(3);
    // The products and Adam are what a step is made of.
    expect(Number(shares[0]?.[column])).toBeGreaterThan(10);
    expect(Number(shares[1]?.[column])).toBeGreaterThan(5);
  }
}, 60_000);
