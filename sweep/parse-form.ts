import { z } from "zod";
import { NAME } from "./ids.ts";
import { type SyntheticSet, syntheticDimensions } from "./spec.ts";

// The form a user fills in. Descriptions go to docs/sweep.schema.json and from there into editors.

const count = z.int().min(1);
const positive = z.number().positive();
const share = z.number().gt(0).lt(1);

/** A list of different values: an axis of the sweep. */
const axis = (entry: z.ZodNumber | z.ZodInt) =>
  z
    .array(entry)
    .min(1)
    .superRefine((entries, context) => {
      for (const [i, value] of entries.entries())
        if (entries.indexOf(value) < i)
          context.addIssue({
            code: "custom",
            path: [i],
            message: `expected no value twice, got ${value} again`,
          });
    });

const name = z.string().min(1);
const file = name.describe("The .npz file, relative to the folder of this sweep file");
const seed = z.int().min(0).describe("Seed of the generator: the same seed gives the same samples");

const warp = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe("Bends every coordinate by its own cubic, so that no linear symmetry survives");

const twoBody = z
  .strictObject({
    name: z.literal("two-body"),
    trajectories: z.int().min(2).describe("Orbits to generate, 18 samples each"),
    law: z
      .enum(["half-plane", "full-angle", "quadrants-removed"])
      .describe(
        "Where body 1 starts: an angle in (−π, 0], or anywhere on the circle; quadrants-removed turns windows of quadrants I and III by +90°",
      ),
    seed,
    warp,
  })
  .describe("Planar two-body orbits, generated; the truth is so(2)");

const asymmetric = z
  .strictObject({
    name: z.literal("asymmetric"),
    samples: z.int().min(2).describe("Samples to generate"),
    seed,
  })
  .describe("Three skewed coordinates and a scalar, generated; there is no symmetry");

export const syntheticSets = Object.keys(syntheticDimensions) as readonly SyntheticSet[];

const synthetic = z
  .strictObject({
    name: z.enum(syntheticSets),
    samples: z.int().min(2).describe("Samples to generate"),
    seed,
    warp,
    strength: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Of broken-circle alone: e of the density (1 + e cos a)/2π of its angle"),
  })
  .superRefine(({ name, samples, strength }, context) => {
    const broken = name === "broken-circle";
    if (broken !== (strength !== undefined))
      context.addIssue({
        code: "custom",
        path: ["strength"],
        message: broken
          ? "is missing; expected a number from 0 (a whole circle) to 1"
          : `belongs to broken-circle, not to ${name}`,
      });
    if (name === "three-body" && samples < 2 * THREE_BODY_WINDOWS)
      context.addIssue({
        code: "custom",
        path: ["samples"],
        message: `expected at least ${2 * THREE_BODY_WINDOWS}, two trajectories, got ${samples}`,
      });
  })
  .describe("A generated set with a known answer");

/** Samples of one trajectory: 20 steps, and the last legal window is not used. */
const THREE_BODY_WINDOWS = 18;

const series = z
  .strictObject({
    file,
    series: name.describe("Name of the array, shape (trajectories, steps, columns)"),
    columns: axis(z.int().min(0))
      .optional()
      .describe("Columns to keep, counted from 0, in the order wanted; all when left out"),
    window: z
      .strictObject({
        input: count.describe("Steps that are x"),
        output: count.describe("Steps after them that are y"),
      })
      .describe("How a trajectory is cut into samples"),
  })
  .describe("Trajectories in an .npz file");

const pairs = z
  .strictObject({
    file,
    x: name.describe("Name of the array that moves, shape (samples, d) or (samples, vectors, d)"),
    vectors: count
      .optional()
      .describe("How many vectors of x to keep, the first ones; all when left out"),
    y: name.optional().describe("Name of the array that belongs to x"),
    target: z
      .enum(["vector", "scalar", "class", "none"])
      .optional()
      .describe("What y does: vector moves with x; scalar and class stay; none ignores y"),
    group: name
      .optional()
      .describe("Name of an array of integers: samples of one group are held out together"),
  })
  .superRefine((form, context) => {
    const moves = form.target !== undefined && form.target !== "none";
    if (form.y !== undefined && form.target === undefined)
      context.addIssue({
        code: "custom",
        path: ["target"],
        message: "is missing; expected vector (y moves with x), scalar or class (y stays), or none",
      });
    if (form.y === undefined && moves)
      context.addIssue({
        code: "custom",
        path: ["y"],
        message: `is missing; expected the name of an array, because target is ${form.target}`,
      });
  })
  .describe("Pairs of x and y in an .npz file");

export const datasetForms = {
  "two-body": twoBody,
  asymmetric,
  synthetic,
  series,
  pairs,
} as const;
export type DatasetFormName = keyof typeof datasetForms;
export type DatasetForm = z.infer<(typeof datasetForms)[DatasetFormName]>;

const search = z
  .strictObject({
    basisCount: axis(count).describe("K, generators per trial"),
    regularization: axis(z.number().min(0)).describe(
      "λ, the push away from the identity; 1 is known to work, 0.01 is too weak",
    ),
    overlapWeight: axis(z.number().min(0))
      .default([1])
      .describe("η, weight of Σ|cos| between the generators of one trial"),
    groupDimension: axis(count).describe(
      "n, size of the block the matrices act on; divides the dimension of the data",
    ),
    seeds: count
      .default(3)
      .describe("Trainings per configuration; fewer than 3 cannot show that seeds agree"),
  })
  .describe("The axes of the sweep: every combination is trained once per seed");

const training = z
  .strictObject({
    objective: z
      .enum(["law", "conditional"])
      .default("law")
      .describe(
        "What a symmetry leaves as it is: the law of (x, y), or that of y given x, so that x may move",
      ),
    epochs: count.default(20).describe("Passes over the training samples; time is proportional"),
    batchSize: count.default(64).describe("Samples per step"),
    hiddenWidth: count
      .default(128)
      .describe("Units in each of the discriminator's two hidden layers"),
    coefficientScale: positive.default(1).describe("σ of the coefficients z ~ N(0, σ²)"),
    generatorRate: positive.default(1e-3).describe("Adam step of the generators"),
    discriminatorRate: positive.default(2e-4).describe("Adam step of the discriminator"),
    heldOut: share
      .default(0.25)
      .describe("Share of the groups kept from training for the validity tests"),
  })
  .describe("How one trial is trained");

const selection = z
  .strictObject({
    displacement: positive
      .default(0.2)
      .describe("δ, how far a tested direction moves the data, √(E‖Lx‖²/E‖x‖²)"),
    tolerance: share
      .default(0.05)
      .describe(
        "Largest score of a direction that may join: 0 like the identity, 1 like a random one",
      ),
    classifierSteps: count.default(3000).describe("Adam steps of each fresh classifier"),
  })
  .describe("How directions are judged");

/** Forms of the fields that may be changed for trials that are there. */
export const selectionFields = selection.shape;

const limits = z
  .strictObject({
    packSize: count.max(64).default(8).describe("T, trials trained at once as one batched program"),
    concurrentPacks: count
      .default(64)
      .describe("Packs in flight at once over all workers; set it to the slots that they have"),
    queue: z
      .string()
      .regex(NAME)
      .optional()
      .describe(
        "Only workers of this label train: `liesweep worker --queue gpu`; only those without one when left out",
      ),
    failures: positive
      .superRefine((value, context) => {
        if (value > 1 && !Number.isInteger(value))
          context.addIssue({
            code: "custom",
            message: `expected a whole number, or a share below 1, got ${value}`,
          });
      })
      .optional()
      .describe(
        "Trials that may fail before the sweep ends early: a number, or a share of those planned; all may when left out",
      ),
  })
  .describe("How much runs at once");

/** The form of a whole sweep around one form of the data. */
export function sweepForm(dataset: z.ZodType<DatasetForm>) {
  return z.strictObject({
    sweep: z
      .string()
      .regex(NAME)
      .describe("Name of the sweep: also its Temporal workflow id and its key in every table"),
    dataset,
    search,
    training: training.prefault({}),
    selection: selection.prefault({}),
    limits: limits.prefault({}),
  });
}

/** The JSON Schema of the form: what an editor needs to complete and check a sweep file. */
export function sweepJsonSchema(): object {
  const { "two-body": first, ...others } = datasetForms;
  const form = sweepForm(z.union([first, ...Object.values(others)]));
  return z.toJSONSchema(form.meta({ title: "liesweep sweep file" }), {
    io: "input",
    target: "draft-7",
  });
}

/** Keys that may stand at each place of the form, for naming the one an unknown key was meant to be. */
export function knownKeys(dataset: DatasetFormName, place: string): readonly string[] {
  const places: Readonly<Record<string, { readonly shape: object }>> = {
    "": sweepForm(datasetForms[dataset]),
    dataset: datasetForms[dataset],
    "dataset.window": series.shape.window,
    search,
    training,
    selection,
    limits,
  };
  return Object.keys(places[place]?.shape ?? {});
}
