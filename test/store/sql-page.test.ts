import { readFileSync, writeFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerText } from "../../cli/answer-text.ts";
import { publishedViews, schemaText, viewText } from "../../prisma/sql-page.ts";
import { type Answer, openReader, openStore, type Reader } from "../../store/index.ts";
import type { SweepId } from "../../sweep/index.ts";
import { askedSweeps } from "../support/asked-sweeps.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

const PAGE = new URL("../../docs/sql.md", import.meta.url);
const { UPDATE } = process.env;

/** A question in bold, perhaps with more words, its query, and below it the answer. */
const QUESTION = /^\*\*(.+?)\*\*.*?\n\n```sql\n(.*?)```\n(?:\n```text\n(.*?)```\n)?/gms;

/** Queries by question. */
const questions = Object.fromEntries(
  [...readFileSync(PAGE, "utf8").matchAll(QUESTION)].map(([, question = "", query = ""]) => [
    question.replace(/\.$/, ""),
    query,
  ]),
);

/** ln 2 as the page rounds it. */
const LN2 = Number(Math.LN2.toFixed(3));

/**
 * By question, what the made-up sweeps must give, worked out by hand from how they were made: v = sin² θ, cross
 * entropies ln 2 − 0.4 v, the discriminator's losses ln 2 − epoch · v / 10.
 */
const ANSWERS: Readonly<Record<string, readonly object[]>> = {
  "Which trials went least noticed?": [
    // v = sin² 1° = 0.0003, then sin² 2° = 0.0012
    { place: 1, trial_number: 3, k: 1, lambda: 1, seed: 1, best_cross_entropy: LN2, accepted: 1 },
    {
      place: 1,
      trial_number: 10,
      k: 2,
      lambda: 1,
      seed: 2,
      best_cross_entropy: LN2,
      accepted: 1,
    },
    {
      place: 3,
      trial_number: 2,
      k: 1,
      lambda: 0.1,
      seed: 3,
      best_cross_entropy: 0.6927,
      accepted: 1,
    },
    {
      place: 3,
      trial_number: 4,
      k: 1,
      lambda: 1,
      seed: 2,
      best_cross_entropy: 0.6927,
      accepted: 1,
    },
  ],
  "How does validity depend on K?": [
    // mean v: 0.4325 of 40°, 70°, 2° and 0.0014 of 1°, 2°, 3°
    { k: 1, trials: 6, lost: 0, cross_entropy: 0.6064, accepted: 4 },
    // 0.3788 of 5°, 60° and a collapsed one, 0.0009 of 2°, 1°, 2°
    { k: 2, trials: 6, lost: 1, cross_entropy: 0.6172, accepted: 4 },
  ],
  "How did the discriminator fare over the epochs, by λ?": [
    // in the middle of 2°, 5°, 40°, 60°, 70°, 90° v is 0.5816, of the others 0.0012
    { epoch: 1, lambda: 0.1, trials: 6, median: 0.635 },
    { epoch: 1, lambda: 1, trials: 6, median: LN2 },
    { epoch: 2, lambda: 0.1, trials: 6, median: 0.5768 },
    { epoch: 2, lambda: 1, trials: 6, median: 0.6929 },
    { epoch: 3, lambda: 0.1, trials: 6, median: 0.5187 },
    { epoch: 3, lambda: 1, trials: 6, median: 0.6928 },
  ],
  "Which groups hold, and how far?": [
    {
      ...{ level: 0, name: "so(2)", dimension: 1, tolerance: 0.003 },
      ...{ law_exact: false, law_range: 0.2, map_exact: true, map_range: 2 },
    },
    {
      ...{ level: 1, name: "unnamed", dimension: 2, tolerance: 0.04 },
      ...{ law_exact: false, law_range: 0, map_exact: null, map_range: null },
    },
  ],
  "What does the basis look like?": [
    { ordinal: 0, row_index: 0, entries: [0, 1] },
    { ordinal: 0, row_index: 1, entries: [-1, 0] },
  ],
  "How far can the data be moved along the group before it is noticed?": [
    { displacement: 0.1, along_the_group: LN2, not_moved: LN2, at_random: 0.653 },
    { displacement: 0.2, along_the_group: LN2, not_moved: LN2, at_random: 0.613 },
    { displacement: 0.5, along_the_group: 0.6, not_moved: LN2, at_random: 0.493 },
    { displacement: 1, along_the_group: 0.6, not_moved: LN2, at_random: 0.293 },
  ],
  "Which λ made seeds agree?": [
    // 2° and 5° of 2°, 5°, 40°, 60°, 70°; apart 34, 49, 53 (40°, 70°, 2°) and 55, 55 (5°, 60°) in the mean
    { lambda: 0.1, seeds: 5, agree_with_the_verdict: 2, degrees_apart: 49.2 },
    // apart 1.5, 1, 1.5 (1°, 2°, 3°) and 0.5, 1, 0.5 (2°, 1°, 2°)
    { lambda: 1, seeds: 6, agree_with_the_verdict: 6, degrees_apart: 1 },
  ],
  "Which trials disagree with the verdict, and how far?": [
    { trial_number: 1, k: 1, lambda: 0.1, seed: 2, degrees: 70, score: 0.883 },
    { trial_number: 8, k: 2, lambda: 0.1, seed: 3, degrees: 60, score: 0.75 },
    { trial_number: 0, k: 1, lambda: 0.1, seed: 1, degrees: 40, score: 0.413 },
  ],
  "What did attempts end of?": [
    {
      ...{ failure_class: "machine", trials: 0, attempts: 6 },
      latest_message: "The trainer process was killed by SIGKILL.",
    },
  ],
  "What does a column mean?": [
    { name: "generator_loss", meaning: expect.stringContaining("without the penalties") },
    { name: "discriminator_loss", meaning: expect.stringContaining("ln 2") },
    { name: "input_loss", meaning: expect.stringContaining("x alone") },
  ],
  "What did every sweep find?": [
    {
      ...{ sweep: "bent", data: "two-body, bent", status: "none", name: null, score: null },
      reason: "No learned direction is valid.",
    },
    {
      ...{ sweep: "two-body", data: "two-body, half-plane", status: "found", name: "so(2)" },
      ...{ score: 0.001, reason: "One direction is valid, and every seed found it." },
    },
  ],
  "GPU hours per verdict": [
    // 2 h on a card, half an hour more on one that was lost, 3 h on a processor; six trials share each slot
    { sweep_id: "two-body", status: "found", name: "so(2)", slot_hours: 5.5, gpu_hours: 2.5 },
    { sweep_id: "bent", status: "none", name: null, slot_hours: 1, gpu_hours: 0 },
  ],
  "What became of the learned directions?": [
    { standing: "accepted", directions: 8, least: 0, most: 0.008 }, // sin² 5°
    { standing: "floor", directions: 5, least: null, most: null },
    { standing: "unfit", directions: 2, least: null, most: null },
    { standing: "invalid", directions: 3, least: 0.413, most: 0.883 }, // sin² 40°, sin² 70°
  ],
};

let database: TestDatabase;
let pool: pg.Pool;
let reader: Reader;
let sweep: SweepId;
beforeAll(async () => {
  database = await freshDatabase();
  const store = await openStore(database.url);
  sweep = await askedSweeps(store, database.url);
  await store.close();
  pool = new pg.Pool({ connectionString: database.url });
  reader = await openReader(database.url);
});
afterAll(async () => {
  await Promise.all([pool.end(), reader.close()]);
  await database.drop();
});

/** The page as the database has it. */
async function written(text: string): Promise<string> {
  let result = between(text, "schema", await schemaText(pool));
  for (const view of Object.keys(await publishedViews(pool)))
    result = between(result, `view ${view}`, await viewText(pool, view));
  for (const [whole, , query = "", answer] of result.matchAll(QUESTION)) {
    const asked = answer === undefined ? whole : whole.replace(/\n```text\n.*?```\n$/s, "");
    const said = answerText(await reader.ask(query, sweep), "table");
    result = result.replace(whole, () => `${asked}\n\`\`\`text\n${said}\n\`\`\`\n`);
  }
  return result;
}

/** The text with other content between `<!-- name -->` and `<!-- /name -->`. */
function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  expect(to, `docs/sql.md has no ${begin} … ${end}`).toBeGreaterThan(from);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

const objects = ({ columns, rows }: Answer): readonly object[] =>
  rows.map((row) =>
    Object.fromEntries(columns.map(({ name, parse }, i) => [name, row[i] && parse(row[i])])),
  );

describe("docs/sql.md", () => {
  // UPDATE=1 npx vitest run test/store/sql-page.test.ts
  it("has the schema, the views and the answers of this version", async () => {
    const page = readFileSync(PAGE, "utf8");
    const current = await written(page);
    if (UPDATE === "1") writeFileSync(PAGE, current);
    else expect(page).toBe(current);
  });

  it("has an answer here for every question there", () => {
    expect(Object.keys(questions)).toEqual(Object.keys(ANSWERS));
  });

  it.each(Object.entries(ANSWERS))("asks: %s", async (question, answer) => {
    expect(objects(await reader.ask(questions[question] ?? "", sweep))).toEqual(answer);
  });
});
