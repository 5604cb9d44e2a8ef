import { readFile } from "node:fs/promises";
import { describeDataset, openDataset, whiten } from "../datasets/index.ts";
import type { Dataset, DatasetFacts, SweepSpec } from "../sweep/index.ts";
import { parseSweep } from "../sweep/parse.ts";
import { badInput } from "./command-error.ts";

/** A sweep file and its data, both found sound. */
export interface Question {
  readonly file: string;
  readonly spec: SweepSpec;
  readonly dataset: Dataset;
  readonly facts: DatasetFacts;
}

/**
 * Reads everything a sweep needs before anything is asked of a server.
 *
 * @throws SweepSpecError, DatasetError and CommandError, all of them bad input
 */
export async function readQuestion(file: string): Promise<Question> {
  const spec = parseSweep(file, await readText(file));
  const dataset = await openDataset(spec.dataset);
  for (const n of spec.search.groupDimension) whiten(dataset, n);
  return { file, spec, dataset, facts: describeDataset(dataset) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const seen =
      code === "ENOENT"
        ? "there is no such file"
        : code === "EISDIR"
          ? "that is a folder"
          : message;
    throw badInput(
      `${file}: ${seen}. Give the path of a sweep file; docs/sweep-file.md says what is in one.`,
      error,
    );
  }
}
