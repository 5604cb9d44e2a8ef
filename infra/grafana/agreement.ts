import { PanelBuilder as BarChart } from "@grafana/grafana-foundation-sdk/barchart";
import type { DashboardBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { SeriesMapping, PanelBuilder as XYChart } from "@grafana/grafana-foundation-sdk/xychart";
import { dashboard, ofRows, sweepVariable } from "./panels.ts";

/** Whether seeds agree, and by which settings they come to. */
export const agreement = (): DashboardBuilder =>
  dashboard(
    "liesweep-agreement",
    "Agreement",
    "How many seeds found what the verdict says, by configuration, and which did not.",
  )
    .withVariable(sweepVariable())
    .withPanel(
      ofRows(new Stat(), {
        title: "Support",
        description: "Smallest share of seeds that found one of the verdict's directions.",
        width: 6,
        query:
          "select support from verdicts where sweep_id = '$sweep' order by number desc limit 1",
      })
        .unit("percentunit")
        .noValue("none found"),
    )
    .withPanel(agreeing("Seeds that agree, by K", "basis_count::text", "K", 6))
    .withPanel(agreeing("Seeds that agree, by λ", "regularization::text", "λ", 6))
    .withPanel(agreeing("Seeds that agree, by n", "group_dimension::text", "n", 6))
    .withPanel(
      ofRows(new Table(), {
        title: "Agreement by configuration",
        description: "Of the seeds that ended, those with a direction that the verdict accepted.",
        width: 24,
        height: 9,
        query: `
          select configuration, basis_count as "K", regularization as "λ", group_dimension as "n",
                 count(*)::int as ended,
                 count(*) filter (where accepted_directions > 0)::int as agree,
                 avg((accepted_directions > 0)::int)::float8 as share,
                 min(best_score) as best_score
          from leaderboard where sweep_id = '$sweep'
          group by 1, 2, 3, 4 order by share desc, configuration`,
      }),
    )
    .withPanel(
      ofRows(new XYChart(), {
        title: "Score against extent",
        description:
          "Learned directions: how far one moves the data, and how much of that is noticed (0 like the identity, 1 like a random motion).",
        width: 12,
        height: 10,
        query: `
          select extent, score from directions
          where sweep_id = '$sweep' and origin = 'trial' and score is not null and score <> 'NaN'
          order by extent limit 5000`,
      }).mapping(SeriesMapping.Auto),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Trials that disagree",
        description:
          "They ended well, and the verdict accepted none of their directions; why, of the best.",
        width: 12,
        height: 10,
        query: `
          select l.trial_number as trial, l.basis_count as "K", l.regularization as "λ", l.seed, l.state,
                 d.standing::text as standing, d.score, d.extent, d.reason
          from leaderboard l
          join trials t on t.sweep_id = l.sweep_id and t.number = l.trial_number
          left join lateral (
            select standing, score, extent, reason from directions
            where trial_id = t.id order by score nulls last limit 1
          ) d on true
          where l.sweep_id = '$sweep' and l.accepted_directions = 0
            and l.state in ('converged', 'settled')
          order by l.place limit 200`,
      }),
    );

const agreeing = (title: string, column: string, name: string, width: number): BarChart =>
  ofRows(new BarChart(), {
    title,
    description: "Share of the seeds that ended and have a direction that the verdict accepted.",
    width,
    query: `
      select ${column} as "${name}", avg((accepted_directions > 0)::int)::float8 as share
      from leaderboard where sweep_id = '$sweep' group by 1 order by 1`,
  })
    .xField(name)
    .unit("percentunit")
    .min(0)
    .max(1);
