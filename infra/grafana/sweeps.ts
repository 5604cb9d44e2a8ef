import { PanelBuilder as BarChart } from "@grafana/grafana-foundation-sdk/barchart";
import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import { StackingMode } from "@grafana/grafana-foundation-sdk/common";
import type { DashboardBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import { dashboard, everyRow, ofRows, sweepVariable } from "./panels.ts";

/** All sweeps, then one: how far it is, what it found, who leads. */
export const sweeps = (): DashboardBuilder =>
  dashboard(
    "liesweep-sweeps",
    "Sweep overview",
    "What was asked, how far it is, and what was found.",
  )
    .refresh("30s")
    .withVariable(sweepVariable())
    .withPanel(
      ofRows(new Table(), {
        title: "Sweeps",
        description: "Newest first, with the latest verdict of each.",
        width: 24,
        query: `
          select s.id as sweep, s.state::text as state, d.title as data,
                 t.trials, t.ended, v.status::text as verdict, v.name as "group", s.created_at
          from sweeps s
          join datasets d on d.sha256 = s.dataset_sha256
          cross join lateral (
            select count(*)::int as trials,
                   count(*) filter (where state not in ('queued', 'running'))::int as ended
            from trials where sweep_id = s.id
          ) t
          left join lateral (
            select status, name from verdicts where sweep_id = s.id order by number desc limit 1
          ) v on true
          order by s.created_at desc limit 200`,
      }),
    )
    .withPanel(
      ofRows(new Stat(), {
        title: "Verdict",
        description: "The group it found, or none, or inconclusive.",
        width: 6,
        query: `
          select coalesce(name, status::text) as verdict
          from verdicts where sweep_id = '$sweep' order by number desc limit 1`,
      }).reduceOptions(everyRow("/.*/")),
    )
    .withPanel(
      ofRows(new BarGauge(), {
        title: "Trials ended",
        description: "Share of the planned trials that have ended, however they did.",
        width: 6,
        query: `
          select coalesce(avg((state not in ('queued', 'running'))::int), 0)::float8 as ended
          from trials where sweep_id = '$sweep'`,
      })
        .unit("percentunit")
        .min(0)
        .max(1),
    )
    .withPanel(
      ofRows(new BarChart(), {
        title: "Trials by state",
        description: "converged and settled are good ends; diverged met a number that is none.",
        width: 12,
        query: `
          select state::text as state, count(*)::int as trials
          from trials where sweep_id = '$sweep' group by state order by state`,
      }).xField("state"),
    )
    .withPanel(
      ofRows(new TimeSeries(), {
        title: "Epochs per minute",
        description: "Rows of epochs by when they were recorded, all trials together.",
        width: 12,
        format: "time_series",
        query: `
          select $__timeGroupAlias(e.recorded_at, '1m'), count(*)::int as epochs
          from epochs e join trials t on t.id = e.trial_id
          where t.sweep_id = '$sweep' and $__timeFilter(e.recorded_at)
          group by 1 order by 1`,
      }),
    )
    .withPanel(
      ofRows(new TimeSeries(), {
        title: "Validity tests per minute",
        description: "Answers of fresh classifiers, by when they came.",
        width: 12,
        format: "time_series",
        query: `
          select $__timeGroupAlias(tested_at, '1m'), count(*)::int as tests
          from validity_tests
          where sweep_id = '$sweep' and $__timeFilter(tested_at)
          group by 1 order by 1`,
      }),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Verdict in words",
        description: "Every verdict of the sweep, the latest first.",
        width: 24,
        height: 5,
        query: `
          select number, status::text as status, name as "group", dimension, support, score, reason, decided_at
          from verdicts where sweep_id = '$sweep' order by number desc`,
      }),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Leaderboard",
        description: "Trials by their best classifier; cross entropy is ln 2 = 0.693 at best.",
        width: 24,
        height: 9,
        query: "select * from leaderboard where sweep_id = '$sweep' order by place limit 50",
      }),
    )
    .withPanel(
      ofRows(new BarChart(), {
        title: "Endings by K",
        description: "How trials of each number of generators ended.",
        width: 12,
        query: `
          select basis_count::text as "K",
                 count(*) filter (where state in ('converged', 'settled'))::int as "converged or settled",
                 count(*) filter (where state = 'detected')::int as detected,
                 count(*) filter (where state = 'collapsed')::int as collapsed,
                 count(*) filter (where state = 'diverged')::int as diverged,
                 count(*) filter (where state in ('failed', 'cancelled'))::int as "failed or cancelled"
          from trials where sweep_id = '$sweep' group by basis_count order by basis_count`,
      })
        .xField("K")
        .stacking(StackingMode.Normal),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Configurations",
        description: "Seeds of one configuration taken together.",
        width: 12,
        query: "select * from by_configuration where sweep_id = '$sweep' order by configuration",
      }),
    );
