import type { z } from "zod";

/** One mistake in a sweep file. */
export interface Problem {
  /** `search.basisCount[1]`; empty for the whole file. */
  readonly path: string;
  /** What was seen there and what was expected. */
  readonly message: string;
  /** From 1, where known. */
  readonly line?: number;
}

/** A sweep file that says no sweep. Every mistake is in it, not only the first. */
export class SweepSpecError extends Error {
  override readonly name = "SweepSpecError";
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message, line }) => {
      const place = line === undefined ? file : `${file}:${line}`;
      return `  ${place} ${path ? `${path} ` : ""}${message}`;
    });
    const count = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
    super(`${file} has ${count}:\n${lines.join("\n")}`);
    this.file = file;
    this.problems = problems;
  }
}

export type Path = readonly PropertyKey[];

/** A mistake at its place, before places become text. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
}

export function pathText(path: Path): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i ? "." : ""}${String(key)}`))
    .join("");
}

/** A zod issue in our words: what was expected, what was there. */
export function findingsOf(
  issue: z.core.$ZodIssue,
  keysAt: (place: string) => readonly string[],
): readonly Finding[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: `is not a field${suggestion(key, keysAt(pathText(issue.path)))}`,
    }));
  if (issue.code === "custom") return [{ path: issue.path, message: issue.message }];
  const expected = expectation(issue);
  const message =
    issue.input === undefined
      ? `is missing; expected ${expected}`
      : `expected ${expected}, got ${shown(issue.input)}`;
  return [{ path: issue.path, message }];
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return words[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "too_small":
      if (issue.origin === "array") return `a list of at least ${issue.minimum}`;
      if (issue.origin === "string") return "a name";
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    case "invalid_format":
      return "1 to 63 of the characters a-z, 0-9, dot, underscore and hyphen, the first a letter or digit";
    case "custom":
    case "invalid_element":
    case "invalid_key":
    case "invalid_union":
    case "not_multiple_of":
    case "unrecognized_keys":
      return issue.message;
  }
}

const words: Readonly<Record<string, string>> = {
  int: "an integer",
  number: "a number",
  string: "text",
  array: "a list in brackets",
  object: "a group of fields",
};

/** A value as a reader of the YAML knows it, cut where long. */
export function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** `; did you mean epochs?`, or the fields there are. */
export function suggestion(word: string, known: readonly string[]): string {
  const slips = (key: string) => distance(word.toLowerCase(), key.toLowerCase());
  const [near] = [...known].sort((a, b) => slips(a) - slips(b));
  if (near && slips(near) <= Math.min(FEW_SLIPS, word.length - 1)) return `; did you mean ${near}?`;
  return known.length > 0 ? `; there are ${known.join(", ")}` : "";
}

/** Levenshtein: letters to insert, delete or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    let last = i + 1;
    const next = [last];
    for (const [j, other] of [...b].entries()) {
      const [above = 0, diagonal = 0] = [row[j + 1], row[j]];
      last = Math.min(above + 1, last + 1, diagonal + (letter === other ? 0 : 1));
      next.push(last);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Two slips of the finger: with more, short names all look alike. */
const FEW_SLIPS = 2;
