import { z } from "zod";

const count = z.int().min(0);
const name = z.string().describe("name of a sweep");
const time = z.iso.datetime().describe("UTC");
/** NaN and infinity are null in JSON. */
const measured = z.number().nullable();
const matrix = z.array(z.array(z.number())).describe("matrix as its rows");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const sweepState = z.enum(["planned", "running", "complete", "cancelled", "failed"]);

const status = z.enum(["found", "none", "inconclusive"]);

const standing = z.enum([
  ...["accepted", "approximate", "floor", "unfit", "invalid", "unclosed", "unsupported", "control"],
] as const);

const algebra = z.string().describe("`so(2)`, or `unnamed`");

const closureDefect = z
  .union([z.number(), z.literal("abelian")])
  .describe("0 for an algebra, 1 for a span no bracket stays in; abelian where all commute");

const holding = z
  .object({
    exact: z.boolean().describe("not noticed at any displacement tested"),
    range: z.number().describe("the largest displacement up to which it is not noticed"),
  })
  .describe("how far a symmetry holds");

const level = z
  .object({
    tolerance: z.number().describe("least tolerance at which all of it is valid"),
    name: algebra,
    dimension: count,
    groupDimension: count.describe("n"),
    basisCount: count.optional().describe("K"),
    closureDefect,
    support: z.number().describe("smallest share of seeds that found one of its directions"),
    score: z.number().describe("v: 0 goes unnoticed, 1 like a random motion"),
    symmetricShare: z.number().describe("0 where the law is exactly invariant"),
    law: holding,
    map: holding.optional().describe("absent where y says nothing about x"),
    basis: z.array(matrix),
  })
  .describe("a group valid from some tolerance on");

const proposal = z
  .object({
    seeds: count.optional(),
    basisCount: z.array(count).optional(),
    groupDimension: z.array(count).optional(),
    displacement: z.number().optional(),
    reason: z.string(),
  })
  .describe("fields of the sweep file that would settle more");

const verdict = z.object({
  status,
  name: algebra.optional(),
  dimension: count.describe("of the algebra; 0 unless found"),
  groupDimension: count.optional().describe("n, the smallest that explains it"),
  basisCount: count.optional().describe("K, the smallest that explains it"),
  closureDefect: closureDefect.optional(),
  support: z.number().optional(),
  score: measured.optional(),
  reason: z.string(),
  basis: z.array(matrix).describe("in the coordinates of the data, each of unit extent"),
  levels: z.array(level).describe("by rising tolerance, the verdict's own first"),
  proposal: proposal.optional(),
  directions: z.array(
    z.object({
      direction: count,
      standing,
      score: measured.optional(),
      reason: z.string(),
    }),
  ),
});

const warp = z.number();
const samples = count;
const seed = z.int();

const dataset = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("two-body"),
      trajectories: count,
      law: z.enum(["half-plane", "full-angle", "quadrants-removed"]),
      seed,
      warp,
    }),
    z.object({ kind: z.literal("asymmetric"), samples, seed }),
    z.object({
      kind: z.literal("synthetic"),
      set: z.string(),
      samples,
      seed,
      warp,
      strength: z.number().optional(),
    }),
    z.object({
      kind: z.literal("series"),
      file: z.string(),
      series: z.string(),
      columns: z.array(count).optional(),
      window: z.object({ input: count, output: count }),
    }),
    z.object({
      kind: z.literal("pairs"),
      file: z.string(),
      x: z.string(),
      vectors: count.optional(),
      y: z.string().optional(),
      target: z.enum(["vector", "scalar", "class", "none"]),
      group: z.string().optional(),
    }),
  ])
  .describe("where the samples come from");

const spec = z
  .object({
    sweep: name,
    dataset,
    search: z.object({
      basisCount: z.array(count),
      regularization: z.array(z.number()),
      overlapWeight: z.array(z.number()),
      groupDimension: z.array(count),
      seeds: count,
    }),
    training: z.object({
      objective: z.enum(["law", "conditional"]),
      epochs: count,
      batchSize: count,
      hiddenWidth: count,
      coefficientScale: z.number(),
      generatorRate: z.number(),
      discriminatorRate: z.number(),
      heldOut: z.number(),
    }),
    selection: z.object({
      displacement: z.number(),
      tolerance: z.number(),
      classifierSteps: count,
    }),
    limits: z.object({
      packSize: count,
      concurrentPacks: count,
      queue: z.string().optional().describe("label of the workers that train"),
      failures: z.number().optional().describe("trials that may fail, or their share"),
    }),
  })
  .describe("what was asked, with every default; docs/sweep-file.md explains the fields");

const facts = z
  .object({
    title: z.string(),
    sha256,
    samples: count,
    groups: count,
    dimension: count.describe("d"),
    inputBlocks: count,
    outputBlocks: count,
    labels: count,
    rank: count,
  })
  .describe("what the data are");

const leaderboardRow = z.object({
  place: z.int().min(1),
  trial: count,
  groupDimension: count.describe("n"),
  basisCount: count.describe("K"),
  regularization: z.number().describe("λ"),
  overlapWeight: z.number().describe("η"),
  seed: z.int(),
  state: z.enum([
    ...["queued", "running", "converged", "settled", "detected", "collapsed", "diverged"],
    ...["failed", "cancelled"],
  ] as const),
  bestScore: measured.optional(),
  bestCrossEntropy: measured.optional().describe("ln 2 at best"),
  largestExtent: measured.optional(),
  discriminatorLoss: measured.optional(),
});

const failures = z
  .array(
    z.object({
      failureClass: z.enum([
        "machine",
        "memory",
        "configuration",
        "data",
        "interrupted",
        "abandoned",
      ]),
      trials: count.describe("that failed of it"),
      attempts: count.describe("at trials, those that were made up for among them"),
      message: z.string().describe("what the latest of them said"),
    }),
  )
  .describe("what ended attempts early, by class; docs/operations.md");

const shown = {
  sweep: name,
  state: sweepState,
  spec,
  specSha256: sha256,
  createdAt: time,
  startedAt: time.optional(),
  finishedAt: time.optional(),
  reason: z.string().optional().describe("what stopped it, if it failed"),
  dataset: facts,
  verdict: verdict.nullable(),
  leaderboard: z.array(leaderboardRow).describe("trials that ended or were tested, best first"),
  failures,
  workflowUrl: z.string().optional().describe("in the Temporal UI, where that is known"),
};

const show = z.object(shown);

const at = time.describe("when it was seen, UTC");

const watch = z.discriminatedUnion("event", [
  z
    .object({
      event: z.literal("progress"),
      sweep: name,
      at,
      state: sweepState,
      trials: z.record(leaderboardRow.shape.state, count).describe("how many are in each state"),
      epochs: z.object({ done: count, planned: count }).describe("of all trials together"),
      tests: z.object({ done: count, planned: count }).describe("validity tests, as known so far"),
      bestCrossEntropy: measured.optional(),
      elapsedSeconds: z.number().optional(),
      leftSeconds: z.number().optional().describe("of training, an estimate"),
    })
    .describe("when something changed"),
  z
    .object({ event: z.literal("notice"), sweep: name, at, message: z.string() })
    .describe("why nothing happens, where nothing does"),
  z
    .object({ event: z.literal("end"), at, ...shown })
    .describe("the last line: what `show --json` prints"),
]);

const list = z.array(
  z.object({
    sweep: name,
    state: sweepState,
    isPaused: z.boolean(),
    dataset: z.string(),
    trials: count,
    ended: count,
    createdAt: time,
    finishedAt: time.optional(),
    reason: z.string().optional().describe("what stopped it, if it failed"),
    verdict: z.object({ status, name: algebra.optional() }).nullable(),
  }),
);

const briefVerdict = z.object({ status, name: algebra.optional(), dimension: count }).nullable();

const compare = z.object({
  sweeps: z.tuple([name, name]),
  verdicts: z.tuple([briefVerdict, briefVerdict]),
  sameData: z.boolean(),
  settings: z
    .array(z.object({ path: z.string(), a: z.string(), b: z.string() }))
    .describe("fields of the sweep files that differ"),
  angles: z
    .array(
      z.object({
        levelA: count,
        levelB: count,
        degrees: z.array(z.number()).describe("principal angles, rising"),
      }),
    )
    .describe("of every level of the first with every one of the other, counted from 0"),
  withoutAngles: z.string().optional().describe("why there are none"),
});

const submit = z.object({
  sweep: name,
  submitted: z.enum(["started", "attached", "complete"]),
});

const cancel = z.object({
  sweep: name,
  state: sweepState.describe("before the command"),
  outcome: z
    .enum([
      "cancelling",
      "cancelled",
      "cancelled trial",
      "cancelling selection",
      "nothing to cancel",
    ])
    .describe("`cancelling` ends within seconds, by the worker"),
});

const rate = z.object({ trials: count, msPerTrialStep: z.number() });

const plan = z.object({
  sweep: name,
  dataset: z.string(),
  samples: count,
  blocks: z.array(
    z.object({
      groupDimension: count.describe("n"),
      trials: count,
      packs: count,
      epochs: count,
      stepsPerEpoch: count,
      trialSteps: count,
    }),
  ),
  trials: count,
  packs: count,
  trialSteps: count,
  slots: count,
  memory: z.object({
    packBytes: z.number(),
    slotBytes: z.number(),
    largestPack: count,
    card: z
      .object({
        kind: z.enum(["memory", "buffer"]),
        bytes: z.number(),
        freeBytes: z.number().optional(),
        needs: z.number(),
        largestPack: count,
      })
      .optional(),
  }),
  packSize: z
    .object({ best: count, timings: z.array(rate) })
    .nullable()
    .describe("null without a card"),
  estimate: z
    .object({
      engine: z.string(),
      backend: z.string(),
      calibrated: z.boolean(),
      trainingSeconds: z.number(),
      testingSeconds: z.number(),
    })
    .nullable()
    .describe("of this machine; null where nothing could be measured"),
});

const doctor = z.object({
  canTrain: z.boolean(),
  findings: z.array(
    z.object({
      what: z.string(),
      ok: z.boolean().nullable().describe("null where it cannot be told"),
      detail: z.string(),
      msPerTrialStep: z.number().optional().describe("with --measure"),
    }),
  ),
});

const report = z.object({ sweep: name, file: z.string(), bytes: count });

const carried = z.object({
  sweep: name,
  version: z.string(),
  data: z.object({ title: z.string(), sha256, samples: count, dimension: count }),
  y: z.enum(["vector", "scalar", "none"]).describe("what becomes of y when x moves"),
  levels: z.array(
    level.extend({
      level: z.int().min(1),
      basisCount: count.nullable(),
      map: holding.nullable(),
      xCopies: count,
      yCopies: count,
      labels: count,
    }),
  ),
});

const written = z
  .object({ sweep: name, file: z.string(), format: z.string(), bytes: count })
  .describe("with -o");

const up = z.object({
  home: z.string(),
  databaseUrl: z.string(),
  readerUrl: z.string().optional(),
  temporalAddress: z.string(),
  temporalUiUrl: z.string().optional(),
  workerLog: z.string(),
});

const grafana = z.object({
  version: z.string(),
  dashboards: z.array(z.object({ uid: z.string(), url: z.string() })),
  rules: z.array(z.string()),
});

/** What commands print with `--json`, by the name of the command. */
export const JSON_FORMS = {
  list,
  show,
  run: show,
  select: show,
  watch,
  submit: z.union([submit, show.describe("with --wait")]),
  compare,
  plan,
  doctor,
  cancel,
  report,
  export: z.union([carried, written]),
  up,
  grafana,
} satisfies Record<string, z.ZodType>;

/**
 * The JSON Schema of one form.
 *
 * @param strict - refuse fields that it does not name, which later versions may add
 */
export function outputJsonSchema(command: keyof typeof JSON_FORMS, strict = false): object {
  const title = `liesweep ${command} --json`;
  return z.toJSONSchema(JSON_FORMS[command].meta({ title }), {
    io: strict ? "output" : "input",
    target: "draft-7",
  });
}
