import { readFile } from "node:fs/promises";
import { describeDataset, openDataset, whiten } from "../datasets/index.ts";
import type { Dataset, DatasetFacts, SweepSpec } from "../sweep/index.ts";
import { parseSweep, SweepSpecError } from "../sweep/parse.ts";
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
  if (spec.training.objective === "conditional" && dataset.outputBlocks + dataset.labels === 0)
    throw new SweepSpecError(file, [CONDITION_OF_NOTHING]);
  return { file, spec, dataset, facts: describeDataset(dataset) };
}

const CONDITION_OF_NOTHING = {
  path: "training.objective",
  message:
    "expected law, got conditional: these data have no y whose law given x could stay as it is. " +
    "Name an output or labels, or ask for the law",
};

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
