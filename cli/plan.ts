import { availableParallelism } from "node:os";
import { addresses } from "../local/index.ts";
import { bytesText, counted, countText, durationText } from "../report/quantities.ts";
import { packTrials, planTrials, type SweepSpec } from "../sweep/index.ts";
import type {
  BackendReport,
  CardLimits,
  Estimate,
  MemoryPlan,
  PackTiming,
} from "../worker/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { badInput } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { type Question, readQuestion } from "./question.ts";
import { print, printJson, say, type Terminal, widthOf } from "./terminal.ts";
import { textTable, wrapped } from "./text-table.ts";
import { calibrationFile, slotsOption } from "./worker-options.ts";

/** What would be trained at one group dimension. */
interface PlannedBlock {
  readonly groupDimension: number;
  readonly trials: number;
  readonly packs: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** trials × epochs × stepsPerEpoch */
  readonly trialSteps: number;
}

export const plan: CommandEntry = {
  usage: "plan <file>",
  summary: "tell what a sweep file would train, and how long that takes; starts nothing",
  examples: ["liesweep plan examples/two-body.yaml"],
  notes: `The time is an estimate, measured on this machine just now; it takes some seconds. It is for the engine
that a worker here would start with, if one has measured which that is, else for onnx on cpu. A pack that
this machine's memory cannot hold is refused with exit code 2 and the largest packSize that it can. On a
card no more trials are trained at once than it holds, and packs of several sizes are timed; without one
memory.card is left out and packSize is null.
JSON: the counts of the table, the memory and the estimate (docs/json.md).`,
  options(command) {
    command.addOption(slotsOption());
    jsonOption(command);
  },
  async act(terminal, file, { json, slots = availableParallelism() }) {
    const question = await readQuestion(file);
    const { spec, facts, dataset } = question;
    const { cardLimits, epochSteps, planMemory } = await import("../worker/index.ts");
    const trainer = await chosenTrainer(terminal);
    const card = await cardLimits(trainer, slots);
    const memory = planMemory(spec, dataset, slots, card);
    refuseTooLarge(spec, memory, slots);
    const packSize = await timedPackSizes(question, trainer, memory);
    const estimate = await estimated(question, slots, trainer, card);
    if (estimate instanceof Error) say(terminal, `no estimate of time: ${estimate.message}`);
    const known = estimate instanceof Error ? undefined : estimate;
    const steps = epochSteps(dataset, spec.training);
    const blocks = spec.search.groupDimension.map((n) => blockOf(spec, n, steps));
    const sums = sumsOf(blocks);
    if (json) {
      printJson(terminal, {
        sweep: spec.sweep,
        dataset: facts.title,
        samples: facts.samples,
        blocks,
        ...sums,
        slots,
        memory,
        packSize: packSize ?? null,
        estimate: known
          ? {
              engine: trainer.engine,
              backend: trainer.backend,
              calibrated: trainer.calibrated,
              trainingSeconds: known.trainingSeconds,
              testingSeconds: known.testingSeconds,
            }
          : null,
      });
      return EXIT.ok;
    }
    print(terminal, `${spec.sweep}: ${facts.title}, ${counted(facts.samples, "sample")}\n`);
    const width = widthOf(terminal.stdout);
    const rows = [
      ...blocks.map(rowOf),
      ["sum", ...cells(sums.trials, sums.packs), "", "", countText(sums.trialSteps)],
    ];
    print(terminal, textTable(COLUMNS, rows, width).join("\n"));
    if (known) print(terminal, `\n${timeText(known, trainer, slots, width)}`);
    print(terminal, `\n${memoryText(spec, memory, width)}`);
    if (packSize) print(terminal, `\n${packSizeText(packSize, width)}`);
    return EXIT.ok;
  },
};

/** What an estimate is for. */
interface ChosenTrainer extends BackendReport {
  /** Whether a measurement on this machine chose it. */
  readonly calibrated: boolean;
}

/** What a worker of this home would start with, as far as that is known without measuring. */
async function chosenTrainer({ env }: Terminal): Promise<ChosenTrainer> {
  const { rememberedBackend } = await import("../worker/index.ts");
  const { home } = await addresses(env);
  const known = await rememberedBackend(calibrationFile(home));
  return known
    ? { ...known, calibrated: true }
    : { engine: "onnx", backend: "cpu", loads: true, detail: "", calibrated: false };
}

/** The error where nothing can be measured: the plan is worth printing without. */
async function estimated(
  { spec, dataset }: Question,
  slots: number,
  trainer: ChosenTrainer,
  card: CardLimits | undefined,
): Promise<Estimate | Error> {
  try {
    const { estimateSweep } = await import("../worker/index.ts");
    return await estimateSweep(spec, dataset, slots, trainer, card);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function blockOf(spec: SweepSpec, n: number, steps: number): PlannedBlock {
  const all = planTrials(spec);
  const trials = all.filter(({ groupDimension }) => groupDimension === n).length;
  const packs = packTrials(spec).filter(
    ({ firstTrial }) => all[firstTrial]?.groupDimension === n,
  ).length;
  const { epochs } = spec.training;
  return {
    ...{ groupDimension: n, trials, packs, epochs, stepsPerEpoch: steps },
    trialSteps: trials * epochs * steps,
  };
}

const sumsOf = (blocks: readonly PlannedBlock[]) => ({
  trials: sum(blocks.map(({ trials }) => trials)),
  packs: sum(blocks.map(({ packs }) => packs)),
  trialSteps: sum(blocks.map(({ trialSteps }) => trialSteps)),
});

const rowOf = (block: PlannedBlock): readonly string[] => [
  `n = ${block.groupDimension}`,
  ...cells(block.trials, block.packs, block.epochs, block.stepsPerEpoch, block.trialSteps),
];

const timeText = (
  { trainingSeconds, testingSeconds }: Estimate,
  { engine, backend, calibrated }: ChosenTrainer,
  slots: number,
  width: number,
): string =>
  wrapped(
    `About ${durationText(trainingSeconds + testingSeconds)} on this machine with ${counted(slots, "slot")} of ${engine} on ${backend}: ` +
      `${durationText(trainingSeconds)} of training, ${durationText(testingSeconds)} of validity tests. ` +
      "An estimate, measured just now; other work on the machine changes it. " +
      (calibrated
        ? "Which engine is fastest here was measured earlier."
        : "Which engine is fastest here has not been measured yet: `liesweep doctor --measure` does."),
    Math.min(100, width),
  ).join("\n");

const memoryText = (
  spec: SweepSpec,
  { packBytes, slotBytes, card }: MemoryPlan,
  width: number,
): string =>
  wrapped(
    `Up to ${bytesText(packBytes)} of memory for each trainer process, predicted; a slot of this machine has ` +
      `${bytesText(slotBytes)}.${card ? ` ${cardText(spec, card)}` : ""}`,
    Math.min(100, width),
  ).join("\n");

/** What a trainer has of a card, and what it makes of that. */
function cardText({ limits }: SweepSpec, card: NonNullable<MemoryPlan["card"]>): string {
  const { kind, bytes, needs, largestPack } = card;
  const has =
    kind === "memory"
      ? `On the card a slot has ${bytesText(bytes)}`
      : `The card binds buffers up to ${bytesText(bytes)}`;
  const verdict =
    needs <= bytes
      ? `, and ${bytesText(needs)} are needed.`
      : `: ${largestPack} of ${limits.packSize} trials are trained at once, since no more fit.`;
  return kind === "memory" && card.freeBytes < Math.min(needs, bytes)
    ? `${has}${verdict} Only ${bytesText(card.freeBytes)} of it are free now.`
    : has + verdict;
}

/** Packs of several sizes, where they differ: on a card. */
async function timedPackSizes(
  { spec, dataset }: Question,
  trainer: ChosenTrainer,
  { largestPack, card }: MemoryPlan,
): Promise<TimedPackSizes | undefined> {
  const { bestPackSize, isOnCard, timePackSizes } = await import("../worker/index.ts");
  if (!isOnCard(trainer)) return undefined;
  const most = Math.min(largestPack, card?.largestPack ?? largestPack);
  const timings = await timePackSizes(spec, dataset, trainer, most);
  const best = bestPackSize(timings);
  return best === undefined ? undefined : { best, timings };
}

interface TimedPackSizes {
  readonly best: number;
  readonly timings: readonly PackTiming[];
}

const packSizeText = ({ best, timings }: TimedPackSizes, width: number): string =>
  wrapped(
    `On this card set limits.packSize: ${best}. A trial-step takes ` +
      timings
        .map(
          ({ trials, msPerTrialStep }) =>
            `${msPerTrialStep.toPrecision(2)} ms in packs of ${trials}`,
        )
        .join(", ") +
      ".",
    Math.min(100, width),
  ).join("\n");

/** @throws bad input, naming the largest pack that fits */
function refuseTooLarge({ limits, training }: SweepSpec, memory: MemoryPlan, slots: number): void {
  const { packBytes, slotBytes, largestPack, card } = memory;
  const lower = "lower training.hiddenWidth, or use fewer slots.";
  if (packBytes > slotBytes)
    throw badInput(
      `Training up to ${limits.packSize} trials at once at hiddenWidth ${training.hiddenWidth} needs about ${bytesText(packBytes)}, and each of ` +
        `${counted(slots, "slot")} of this machine has ${bytesText(slotBytes)}. ` +
        (largestPack > 0
          ? `The most that fit are limits.packSize: ${largestPack}.`
          : `Not even one trial fits: ${lower}`),
    );
  if (card?.largestPack === 0)
    throw badInput(
      `Not even one trial at hiddenWidth ${training.hiddenWidth} fits the card, where ` +
        `${card.kind === "memory" ? "a slot" : "a buffer"} has ${bytesText(card.bytes)} at most: ${lower}`,
    );
}

const cells = (...counts: readonly number[]): readonly string[] => counts.map(countText);

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

const COLUMNS = [
  { title: "", align: "left" },
  ...["trials", "packs", "epochs", "steps/epoch", "trial-steps"].map(
    (title) => ({ title, align: "right" }) as const,
  ),
] as const;
