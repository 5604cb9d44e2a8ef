import { dirname, resolve } from "node:path";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { sweepId } from "./ids.ts";
import {
  type DatasetForm,
  type DatasetFormName,
  datasetForms,
  knownKeys,
  selectionFields,
  sweepForm,
  syntheticSets,
} from "./parse-form.ts";
import {
  type Finding,
  findingsOf,
  type Path,
  type Problem,
  pathText,
  SweepSpecError,
  shown,
  suggestion,
} from "./parse-problems.ts";
import {
  type DatasetSpec,
  type SelectionChange,
  type SweepSpec,
  syntheticDimensions,
} from "./spec.ts";

export { sweepJsonSchema } from "./parse-form.ts";
export { type Problem, SweepSpecError } from "./parse-problems.ts";

/**
 * Reads a sweep file. Parsed once, here; everything behind trusts the type.
 *
 * @param file - its path: data files are found relative to its folder
 * @param text - its content, YAML
 * @throws {@link SweepSpecError} with every mistake, not only the first
 */
export function parseSweep(file: string, text: string): SweepSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new SweepSpecError(
      file,
      document.errors.map(({ message, pos }) => ({
        path: "",
        message: `is not YAML: ${message.split("\n")[0]?.replace(/:$/, "")}`,
        line: lines.linePos(pos[0]).line,
      })),
    );
  const refuse = (findings: readonly Finding[]) =>
    new SweepSpecError(
      file,
      findings.map(({ path, message }) => ({
        path: pathText(path),
        message,
        ...lineOf(document, lines, path),
      })),
    );
  const raw: unknown = document.toJS();
  if (!isRecord(raw))
    throw refuse([
      { path: [], message: "expected the fields sweep, dataset and search, got none of them" },
    ]);
  const form = evidentForm(field(raw, "dataset"));
  const findings = [...check(raw, typeof form === "string" ? form : undefined)];
  if (typeof form !== "string") findings.push(form);
  if (typeof form !== "string" || findings.length > 0) throw refuse(findings);
  return readForm(file, form, raw);
}

/**
 * Reads one field of `selection` from a command line, by the form of the sweep file.
 *
 * @returns the number, or what is wrong with the text
 */
export function parseSelectionField(
  name: keyof SelectionChange,
  text: string,
): number | Pick<Problem, "message"> {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  const raw = Number.isNaN(number) ? text : number;
  const result = selectionFields[name].safeParse(raw, { reportInput: true });
  if (result.success) return result.data;
  const [finding] = result.error.issues.flatMap((issue) => findingsOf(issue, () => []));
  return { message: finding?.message ?? result.error.message };
}

/** Every finding; with an unknown form of the data, all but those about the data. */
function* check(raw: unknown, form: DatasetFormName | undefined) {
  const name = form ?? "two-body";
  const result = sweepForm(datasetForms[name]).safeParse(raw, { reportInput: true });
  for (const issue of result.error?.issues ?? [])
    if (form || issue.path[0] !== "dataset")
      yield* findingsOf(issue, (place) => knownKeys(name, place));
  yield* checkDimensions(raw, form);
}

/** Group dimensions must divide d, where d is known before the data are read. */
function* checkDimensions(raw: unknown, form: DatasetFormName | undefined): Generator<Finding> {
  const dimension = form && dimensionOf(form, field(raw, "dataset"));
  const dimensions = field(field(raw, "search"), "groupDimension");
  if (dimension === undefined || !Array.isArray(dimensions)) return;
  for (const [i, n] of dimensions.entries())
    if (Number.isInteger(n) && n > 0 && dimension % n !== 0)
      yield {
        path: ["search", "groupDimension", i],
        message: `expected a divisor of ${dimension}, the dimension of the data, got ${n}`,
      };
}

function dimensionOf(form: DatasetFormName, dataset: unknown): number | undefined {
  switch (form) {
    case "two-body":
      return 8;
    case "asymmetric":
      return 3;
    case "synthetic": {
      const set = syntheticSets.find((known) => known === field(dataset, "name"));
      return set && syntheticDimensions[set];
    }
    case "series": {
      const columns = field(dataset, "columns");
      return Array.isArray(columns) && columns.length > 0 ? columns.length : undefined;
    }
    case "pairs":
      return undefined;
  }
}

/** The form the user evidently meant, so that mistakes are told about that one and not about five. */
function evidentForm(dataset: unknown): DatasetFormName | Finding {
  const wanted =
    "expected a data set: name: two-body or another generated set, or a file with series: (trajectories) or x: (pairs)";
  if (dataset === undefined) return { path: ["dataset"], message: `is missing; ${wanted}` };
  if (!isRecord(dataset)) return { path: ["dataset"], message: `${wanted}; got ${shown(dataset)}` };
  const { name } = dataset;
  if (name === "two-body" || name === "asymmetric") return name;
  if (syntheticSets.some((set) => set === name)) return "synthetic";
  const has = (...keys: readonly string[]) => keys.some((key) => key in dataset);
  if (has("series", "columns", "window")) return "series";
  if (has("x", "y", "target", "group")) return "pairs";
  if (name !== undefined)
    return {
      path: ["dataset", "name"],
      message: `expected the name of a generated set, got ${shown(name)}${suggestion(String(name), ["two-body", "asymmetric", ...syntheticSets])}`,
    };
  if (has("strength") || (has("samples") && has("warp"))) return "synthetic";
  if (has("trajectories", "law", "warp")) return "two-body";
  if (has("samples")) return "asymmetric";
  return { path: ["dataset"], message: `${wanted}; got ${shown(dataset)}` };
}

function readForm(file: string, name: DatasetFormName, raw: unknown): SweepSpec {
  const { sweep, dataset, limits, ...rest } = sweepForm(datasetForms[name]).parse(raw);
  const { failures, queue, ...others } = limits;
  return {
    sweep: sweepId(sweep),
    dataset: datasetSpec(dirname(file), dataset),
    ...rest,
    limits: {
      ...others,
      ...(queue !== undefined && { queue }),
      ...(failures !== undefined && { failures }),
    },
  };
}

function datasetSpec(folder: string, form: DatasetForm): DatasetSpec {
  if ("name" in form) {
    if (form.name === "two-body") {
      const { name: kind, trajectories, law, seed, warp } = form;
      return { kind, trajectories, law, seed, warp };
    }
    if (form.name === "asymmetric")
      return { kind: form.name, samples: form.samples, seed: form.seed };
    const { name: set, samples, seed, warp, strength } = form;
    return {
      kind: "synthetic",
      set,
      samples,
      seed,
      warp,
      ...(strength !== undefined && { strength }),
    };
  }
  const file = resolve(folder, form.file);
  if ("series" in form) {
    const { series, columns, window } = form;
    return { kind: "series", file, series, ...(columns && { columns }), window };
  }
  const { x, vectors, y, target = "none", group } = form;
  return {
    kind: "pairs",
    file,
    x,
    ...(vectors && { vectors }),
    ...(y && { y }),
    target,
    ...(group && { group }),
  };
}

/** The line of the innermost part of `path` that the file has. */
function lineOf(document: Document, lines: LineCounter, path: Path): { readonly line?: number } {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return { line: lines.linePos(node.range[0]).line };
  }
  return {};
}

const field = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
