import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../bench/width-and-epochs.ts", import.meta.url));

const ran = (...words: readonly string[]) =>
  promisify(execFile)(process.execPath, [
    "--import",
    import.meta.resolve("tsx"),
    PROGRAM,
    ...words,
  ]);

/** Cells of the rows of the tables, titles included. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test("bench:defaults tells of every problem, width and number of epochs, and what each default buys", async () => {
  const words = ["--widths", "4,8", "--epochs", "1,3", "--seeds", "2"];
  words.push("--trajectories", "16", "--samples", "300");
  const { stdout } = await ran(...words);
  expect(stdout).toMatch(/^- Machine: .+ cores, /m);
  expect(stdout).toContain(`- Command: \`npm run bench:defaults -- ${words.join(" ")}\``);
  const rows = rowsOf(stdout);
  const cases = rows.filter((cells) => cells.length === 7).slice(1);
  expect(cases.map(([data, width, epochs]) => [data, width, epochs])).toEqual(
    ["two-body, n=2, K=2", "two-body, n=4, K=2", "kepler-3d, n=3, K=3"].flatMap((data) =>
      ["4", "8"].flatMap((width) => ["1", "3"].map((epochs) => [data, width, epochs])),
    ),
  );
  for (const [, , epochs, angles = "", found, trialSteps = ""] of cases) {
    expect(angles).toMatch(/^[01]\.\d{3}[^,]*, [01]\.\d{3}/);
    expect(found).toMatch(/^[012] of 2$/);
    // 12 trajectories of 18 windows and 225 samples both make 3 whole minibatches of 64
    expect(Number(trialSteps)).toBe(2 * 3 * Number(epochs));
  }
  const choices = rows.filter((cells) => cells.length === 4).slice(1);
  expect(choices.map(([width, epochs]) => `${width} ${epochs}`)).toEqual([
    "4 1",
    "4 3",
    "8 1",
    "8 3",
  ]);
});

test("bench:defaults says which option is wrong", async () => {
  await expect(ran("--widths", "0")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--widths has "0"'),
  });
});
