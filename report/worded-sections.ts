import { groupBy } from "./agreement.ts";
import type { ReportData } from "./data.ts";
import { html } from "./html.ts";
import { factsHtml, type Section } from "./parts.ts";
import { counted, countText, durationText } from "./quantities.ts";
import { inOrder, sweepFile } from "./sweep-file.ts";
import {
  answerOf,
  type Fact,
  failureFacts,
  proposalLines,
  rejectionsOf,
  samplesText,
  verdictFacts,
} from "./words.ts";

export function verdictSection(data: ReportData): Section {
  const { record, verdict } = data;
  const { tone, short, rest } = answerOf(record.state, verdict);
  const reason = verdict?.reason ?? record.reason;
  return {
    id: "verdict",
    title: "Verdict",
    body: html`<p class="answer ${tone}"><strong>${short}</strong>${rest}.</p>
${reason !== undefined && html`<p>${reason}</p>`}
${factsHtml([...(verdict === undefined ? [] : verdictFacts(verdict, record.dataset.dimension)), ...courseFacts(data)])}
${
  verdict?.proposal !== undefined &&
  html`<div class="proposal"><h3>What would settle more</h3><p>${verdict.proposal.reason}</p><pre>${proposalLines(record, verdict.proposal).join("\n")}</pre></div>`
}
`,
  };
}

/** How far the sweep has come. */
function courseFacts({ record, trials, evidence, failures }: ReportData): readonly Fact[] {
  const { startedAt, finishedAt } = record;
  const states = [...groupBy(trials, ({ state }) => state)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([state, own]) => `${countText(own.length)} ${state}`);
  const answered = evidence.tests.filter(({ crossEntropy }) => crossEntropy !== undefined).length;
  const took =
    startedAt && finishedAt
      ? ` in ${durationText((finishedAt.getTime() - startedAt.getTime()) / 1000)}`
      : "";
  return [
    ["trials", `${countText(trials.length)}${took}: ${states.join(", ")}`],
    [
      "tests",
      `${countText(answered)} of ${counted(evidence.tests.length, "fresh classifier")} answered`,
    ],
    ...failureFacts(failures),
  ];
}

export function rejectedSection({ verdict }: ReportData): Section | undefined {
  const rejections = verdict === undefined ? [] : rejectionsOf(verdict);
  if (rejections.length === 0) return undefined;
  return {
    id: "rejected",
    title: "What was turned down, and why",
    body: html`<ul class="rejected">${rejections.map(
      ({ standing, count, meaning, example }) =>
        html`<li><strong>${countText(count)} ${standing}</strong> ${meaning}. <span class="example">${example}</span></li>`,
    )}</ul>
`,
  };
}

export function dataSection({ record, engines }: ReportData): Section {
  const { dataset, spec, specSha256 } = record;
  const { inputBlocks, outputBlocks, labels, rank, dimension } = dataset;
  return {
    id: "data",
    title: "Data and settings",
    body: html`${factsHtml([
      ["data", `${dataset.title}; ${samplesText(dataset)}`],
      [
        "a sample",
        `${counted(inputBlocks, "vector")} that move${inputBlocks === 1 ? "s" : ""}, ${countText(outputBlocks)} that move${outputBlocks === 1 ? "s" : ""} along, ${counted(labels, "number")} that stay${labels === 1 ? "s" : ""}`,
      ],
      ["groups", `${countText(dataset.groups)}, held out whole`],
      [
        "rank",
        rank === dimension ? `${rank}: the data fill their space` : `${rank} of ${dimension}`,
      ],
      ["data, sha256", dataset.sha256],
      ["settings, sha256", specSha256],
      ...engines.map(
        ({ engine, backend, versions, trials, workers }): Fact => [
          "trained by",
          `${engine} on ${backend}, ${counted(workers, "worker")}, ${counted(trials, "trial")}; ${versions}`,
        ],
      ),
      ...(["search", "training", "selection", "limits"] as const).map(
        (group): Fact => [group, fieldsText(spec[group])],
      ),
    ])}
`,
  };
}

const fieldsText = (fields: object): string =>
  inOrder(fields)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("; ");

export function againSection({ record, verdict }: ReportData): Section {
  const { kind } = record.spec.dataset;
  const isFile = kind === "series" || kind === "pairs";
  return {
    id: "again",
    title: "How to ask again",
    body: html`<p>Save this as <code>${record.id}.yaml</code>${isFile && " beside a copy of the data, whose path it names,"} and run <code>liesweep run ${record.id}.yaml</code>. Under its own name it attaches to this sweep; under another it is trained anew, and the same seeds on the same engine give the same trials.</p>
<pre tabindex="0">${sweepFile(record.spec)}</pre>
${
  verdict !== undefined &&
  html`<p>Judge the same trials by another tolerance, without training: <code>liesweep select ${record.id} --tolerance 0.1</code>.</p>
`
}`,
  };
}
