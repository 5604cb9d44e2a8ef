import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { liesweep } from "../support/program.ts";
import { attempts, faultsIn, resumed } from "./checks.ts";
import type { Fault } from "./faults.ts";
import { Random } from "./random.ts";
import type { Stack } from "./stack.ts";

/** What the sweeps ask: one finds so(2) by some fifty validity tests, one by a dozen that there is nothing. */
export type Question = keyof typeof QUESTIONS;

const QUESTIONS = {
  orbits:
    "{ name: two-body, trajectories: 200, law: full-angle, seed: 1 }\nsearch: { groupDimension: [2], ",
  nothing: "{ name: asymmetric, samples: 2000, seed: 1 }\nsearch: { groupDimension: [3], ",
};

/** Two packs of two trials, one of which waits; they train for some seconds. */
const sweepFile = (name: string, question: Question): string => `
sweep: ${name}
dataset: ${QUESTIONS[question]}basisCount: [1], regularization: [1], seeds: 4 }
training: { epochs: 40, hiddenWidth: 64 }
selection: { classifierSteps: 400 }
limits: { packSize: 1, concurrentPacks: 2 }
`;

export interface Round {
  readonly seed: number;
  /** By the name of the fault: how often it struck before the sweep had ended. */
  readonly struck: ReadonlyMap<string, number>;
  readonly attempts: number;
  /** Trials that went on from a checkpoint of another attempt. */
  readonly resumed: number;
  readonly seconds: number;
  /** What was not as in the undisturbed sweep; empty where everything was. */
  readonly wrong: readonly string[];
}

/** A sweep, and the file it was submitted with. */
export interface Target {
  readonly stack: Stack;
  readonly sweep: string;
  readonly file: string;
  readonly question: Question;
}

/** Asks a running stack. */
export async function submitted(stack: Stack, sweep: string, question: Question): Promise<Target> {
  const file = join(stack.home, `${sweep}.yaml`);
  await writeFile(file, sweepFile(sweep, question));
  const { code, err } = await liesweep(["submit", file], stack.env).finished;
  if (code !== 0) throw new Error(`submit ended with ${code}: ${err}`);
  return { stack, sweep, file, question };
}

/** A sweep under faults, in the order and at the moments that the seed says, one after the other. */
export async function round(
  faults: readonly Fault[],
  seed: number,
  undisturbed: Target,
  say: (line: string) => void = () => undefined,
): Promise<Round> {
  const random = new Random(seed);
  const began = performance.now();
  const { stack, question } = undisturbed;
  const target = await submitted(stack, `chaos-${seed}`, question);
  const struck = new Map<string, number>();
  await untilTraining(target); // the first fault strikes there; later ones may meet the selection
  for (const [i, fault] of random.shuffled(faults).entries()) {
    if (i > 0) await sleep(random.between(200, 3000));
    if (await hasEnded(target)) break;
    const isStruck = await fault.strike(target, random);
    say(`${target.sweep}: ${fault.name}${isStruck ? "" : " (nothing to break)"}`);
    if (isStruck) struck.set(fault.name, (struck.get(fault.name) ?? 0) + 1);
  }
  await untilEnded(target);
  return {
    ...{ seed, struck },
    attempts: await attempts(stack, target.sweep),
    resumed: await resumed(stack, target.sweep),
    seconds: (performance.now() - began) / 1000,
    wrong: await faultsIn(stack, target.sweep, undisturbed.sweep),
  };
}

export async function untilEnded(target: Target): Promise<Target> {
  await until("ended", target, hasEnded);
  return target;
}

const untilTraining = (target: Target): Promise<void> =>
  until("begun to train", target, async ({ stack, sweep }) => {
    const rows = await stack.ask(
      "select from epochs e join trials t on t.id = e.trial_id where t.sweep_id = $1 and e.epoch >= 3 limit 1",
      [sweep],
    );
    return rows.length > 0;
  });

async function until(
  what: string,
  target: Target,
  is: (target: Target) => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await is(target))) {
    if (performance.now() > deadline)
      throw new Error(`${target.sweep} has not ${what} after ${PATIENCE_MS / 1000} s`);
    await sleep(100);
  }
}

/** Far longer than any round takes on a busy machine. */
const PATIENCE_MS = 600_000;

async function hasEnded({ stack, sweep }: Target): Promise<boolean> {
  const rows = await stack.ask<{ state: string }>("select state from sweeps where id = $1", [
    sweep,
  ]);
  return ["complete", "failed", "cancelled"].includes(rows[0]?.state ?? "");
}
