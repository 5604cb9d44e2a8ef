import {
  QueryBuilder,
  RuleBuilder,
  type RuleGroup,
  RuleGroupBuilder,
} from "@grafana/grafana-foundation-sdk/alerting";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { TypeMathBuilder, TypeThresholdBuilder } from "@grafana/grafana-foundation-sdk/expr";
import { POSTGRES, PROMETHEUS, promqlNow, sql } from "./sources.ts";

/** The folder of dashboards and rules, by uid and title. */
export const FOLDER = "liesweep";

/** A sweep records an epoch every few seconds; a large pack on a slow machine may need minutes. */
const STALLED_MINUTES = 15;

/** A trial fails only when ten attempts at its pack did: a few are a machine's fault, not the data's. */
const FAILED_SHARE = 0.1;

/** Diverging is an ending that selection can bear; when every fifth trial does, a rate is too high. */
const NAN_SHARE = 0.2;

/** What should wake somebody. Rules on rows tell each sweep apart by its label `sweep`. */
export const alerts = (): RuleGroup =>
  new RuleGroupBuilder("liesweep")
    .folderUid(FOLDER)
    .interval(60)
    .withRule(
      rule("liesweep-stalled", "Stalled sweep", {
        summary:
          "{{ $labels.sweep }} has recorded nothing for {{ humanize $values.A.Value }} minutes.",
        description:
          "It says that it runs, but no epoch and no answer of a validity test came. Look for workers: `liesweep worker`.",
      })
        .withQuery(
          asked(
            sql(`
              select s.id as sweep,
                     extract(epoch from now() - greatest(s.started_at, e.latest, q.latest))::float8 / 60 as minutes
              from sweeps s
              left join lateral (
                select max(l.recorded_at) as latest
                from trials t
                cross join lateral (
                  select recorded_at from epochs where trial_id = t.id order by epoch desc limit 1
                ) l
                where t.sweep_id = s.id
              ) e on true
              left join lateral (
                select max(tested_at) as latest from validity_tests where sweep_id = s.id
              ) q on true
              where s.state = 'running'`),
            POSTGRES.uid,
          ),
        )
        .withQuery(above(STALLED_MINUTES))
        .forDuration("2m"),
    )
    .withRule(
      rule("liesweep-failures", "Many trials fail", {
        summary:
          "{{ humanizePercentage $values.A.Value }} of the ended trials of {{ $labels.sweep }} failed.",
        description:
          "The view `failures` says of what, docs/operations.md what to do about each class; the log of the worker has more.",
      })
        .withQuery(
          asked(
            sql(`
              select s.id as sweep,
                     avg((t.state = 'failed')::int)::float8 as share
              from sweeps s join trials t on t.sweep_id = s.id
              where t.state not in ('queued', 'running')
                and (s.state = 'running' or s.finished_at > now() - interval '1 hour')
              group by s.id`),
            POSTGRES.uid,
          ),
        )
        .withQuery(above(FAILED_SHARE))
        .forDuration("0s"),
    )
    .withRule(
      rule("liesweep-nan", "Many numbers are none", {
        summary:
          "{{ humanizePercentage $values.A.Value }} of the trials or tests of {{ $labels.sweep }} ended in NaN.",
        description:
          "Trials that diverged, or classifiers without an answer. Lower the learning rates, or look for NaN in the data.",
      })
        .withQuery(
          asked(
            sql(`
              select s.id as sweep, greatest(t.share, q.share, 0)::float8 as share
              from sweeps s
              cross join lateral (
                select avg((state = 'diverged')::int) as share
                from trials where sweep_id = s.id and state not in ('queued', 'running')
              ) t
              cross join lateral (
                select avg((cross_entropy = 'NaN')::int) as share
                from validity_tests where sweep_id = s.id and cross_entropy is not null
              ) q
              where s.state = 'running' or s.finished_at > now() - interval '1 hour'`),
            POSTGRES.uid,
          ),
        )
        .withQuery(above(NAN_SHARE))
        .forDuration("0s"),
    )
    .withRule(
      rule("liesweep-no-slots", "No slots", {
        summary: "{{ humanize $values.A.Value }} sweeps run and no worker has a slot.",
        description:
          "Prometheus sees no worker. Start one with `liesweep worker --metrics HOST:PORT`.",
      })
        .condition("C")
        .withQuery(
          asked(
            sql("select count(*)::float8 as running from sweeps where state = 'running'"),
            POSTGRES.uid,
          ),
        )
        .withQuery(
          asked(promqlNow("sum(liesweep_slots) or vector(0)", "slots", "B"), PROMETHEUS.uid, "B"),
        )
        .withQuery(
          asked(new TypeMathBuilder().refId("C").expression("$A > 0 && $B < 1"), EXPRESSION, "C"),
        )
        .forDuration("5m"),
    )
    .build();

/** Grafana's own evaluator of what queries return. */
const EXPRESSION = "__expr__";

/** A rule whose condition is B. No rows mean that no sweep runs, which is well. */
const rule = (
  uid: string,
  title: string,
  annotations: Readonly<Record<string, string>>,
): RuleBuilder =>
  new RuleBuilder(title)
    .uid(uid)
    .orgID(1)
    .folderUID(FOLDER)
    .ruleGroup("liesweep")
    .annotations({ ...annotations })
    .labels({ service: "liesweep" })
    .condition("B")
    .noDataState("OK")
    .execErrState("Error");

const asked = (model: Builder<Dataquery>, source: string, refId = "A"): QueryBuilder =>
  new QueryBuilder(refId)
    .datasourceUid(source)
    .model(model)
    .relativeTimeRange({ from: 600, to: 0 });

const above = (limit: number): QueryBuilder =>
  asked(
    new TypeThresholdBuilder()
      .refId("B")
      .expression("A")
      .conditions([{ evaluator: { type: "gt", params: [limit] } }]),
    EXPRESSION,
    "B",
  );
