import { availableParallelism, cpus, totalmem } from "node:os";

/** This machine, for the head of a report. */
export const machineText = (): string =>
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores, ` +
  `${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${process.arch}`;

/** A Markdown table and the empty line after it. */
export const table = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line), ""];
};

/** What this process was asked, but for where its tables go. */
export const askedWords = (): readonly string[] =>
  process.argv.slice(2).filter((word) => word !== "--write");

/** `npm run bench:x -- --seeds 3`, as this process was started. */
export const commandText = (
  script: string,
  words: readonly string[] = process.argv.slice(2),
): string => [`npm run ${script}`, ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
