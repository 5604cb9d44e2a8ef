import type { OpenedSweep, SweepState } from "../store/index.ts";
import { differences } from "../sweep/index.ts";
import { badInput, fault } from "./command-error.ts";
import type { Connected } from "./connect.ts";
import type { Question } from "./question.ts";

export type Submitted = "started" | "attached" | "complete";

/**
 * Asks a question, once: the same file again attaches to the sweep of that name, running or ended,
 * and starts a workflow where rows wait without one.
 */
export async function submitQuestion(
  question: Question,
  { store, server }: Pick<Connected, "store" | "server">,
): Promise<Submitted> {
  const { spec, facts } = question;
  const opened = await store.openSweep(spec, facts);
  switch (opened.kind) {
    case "opened":
      // A workflow of this name that completed did so on rows that are gone.
      await server.start(spec, true);
      return "started";
    case "differs":
      throw refusal(question, opened);
    case "attached":
      break;
  }
  if (opened.state === "complete") return "complete";
  refuseEnded(question, opened.state);
  if (await server.start(spec, false)) return "attached";
  // It completed between our two looks, or before its rows were made anew.
  if ((await store.readSweep(spec.sweep))?.state === "complete") return "complete";
  await server.start(spec, true);
  return "attached";
}

function refuseEnded({ spec, file }: Question, state: SweepState): void {
  if (state !== "failed" && state !== "cancelled") return;
  const ended = state === "failed" ? "failed" : "was cancelled";
  const again = state === "failed" ? `\`liesweep retry ${spec.sweep}\` takes up what failed. ` : "";
  throw fault(
    `The sweep ${spec.sweep} ${ended}, and its rows are kept: \`liesweep show ${spec.sweep}\`. ${again}` +
      `To ask again, give the sweep another name in ${file}.`,
  );
}

function refusal({ spec, facts, file }: Question, there: OpenedSweep & { kind: "differs" }) {
  const lines = [...differences(there.spec, spec)];
  if (there.dataset.sha256 !== facts.sha256)
    lines.push(`data: ${fingerprint(there.dataset)} there, ${fingerprint(facts)} here`);
  return badInput(
    [
      `There is a sweep named ${spec.sweep} that asks something else:`,
      ...lines.map((line) => `  ${line}`),
      `Give this one another name in ${file}, or look at that one: liesweep show ${spec.sweep}`,
    ].join("\n"),
  );
}

const fingerprint = ({ samples, sha256 }: Question["facts"]): string =>
  `${samples} samples of sha256 ${sha256.slice(0, 12)}…`;
