import { PanelBuilder as BarChart } from "@grafana/grafana-foundation-sdk/barchart";
import type { DashboardBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as Trend } from "@grafana/grafana-foundation-sdk/trend";
import { dashboard, matrixColumns, ofRows, sweepVariable } from "./panels.ts";

/** What holds at which tolerance, and the tests that say so. */
export const filtration = (): DashboardBuilder =>
  dashboard(
    "liesweep-filtration",
    "Filtration",
    "The levels of a verdict, and how classifiers answer as the data are moved further.",
  )
    .withVariable(sweepVariable())
    .withPanel(
      ofRows(new BarChart(), {
        title: "Levels over tolerance",
        description:
          "The least tolerance at which each group is valid; the first is the verdict's.",
        width: 12,
        query: `
          select level::text || ': ' || name as level, tolerance
          from filtration where sweep_id = '$sweep' order by filtration.level`,
      }).xField("level"),
    )
    .withPanel(
      ofRows(new BarChart(), {
        title: "Dimension of each level",
        description: "A filtration grows: each level holds the one before.",
        width: 12,
        query: `
          select level::text || ': ' || name as level, dimension
          from filtration where sweep_id = '$sweep' order by filtration.level`,
      }).xField("level"),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Levels",
        description:
          "Exact means unnoticed at every displacement tested; range is how far it goes.",
        width: 24,
        height: 6,
        query: "select * from filtration where sweep_id = '$sweep' order by level",
      }),
    )
    .withPanel(
      ofRows(new Trend(), {
        title: "Validity against displacement, the law",
        description:
          "Cross entropy of classifiers that see whole samples: ln 2 = 0.693 is unnoticed. Zero and random motions are the controls.",
        width: 12,
        query: validityOf("sample"),
      }).xField("displacement"),
    )
    .withPanel(
      ofRows(new Trend(), {
        title: "Validity against displacement, the input",
        description: "The same of classifiers that see the input alone.",
        width: 12,
        query: validityOf("input"),
      }).xField("displacement"),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Basis of the verdict",
        description: "Matrices in the coordinates of the data, scaled to unit extent.",
        width: 12,
        query: `
          select ordinal as generator, row_index as row, ${matrixColumns}
          from verdict_bases where sweep_id = '$sweep'
          group by ordinal, row_index order by ordinal, row_index`,
      }),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Directions by standing",
        description: "What became of every direction that was looked at.",
        width: 12,
        query: `
          select coalesce(standing::text, 'not judged') as standing, origin::text as origin,
                 count(*)::int as directions, min(nullif(score, 'NaN')) as best_score, max(extent) as largest_extent
          from directions where sweep_id = '$sweep' group by 1, 2 order by 1, 2`,
      }),
    );

/** Mean answers by how far the data were moved; the controls beside what was learned. */
function validityOf(sees: "sample" | "input"): string {
  return `
    select displacement,
           avg(nullif(cross_entropy, 'NaN')) filter (where origin = 'zero') as "no motion",
           avg(nullif(cross_entropy, 'NaN')) filter (where origin = 'random') as "random motion",
           avg(nullif(cross_entropy, 'NaN')) filter (where standing = 'accepted') as accepted,
           avg(nullif(cross_entropy, 'NaN')) filter (where standing = 'approximate') as approximate,
           avg(nullif(cross_entropy, 'NaN')) filter (where standing = 'invalid') as rejected
    from validity_curves where sweep_id = '$sweep' and sees = '${sees}' and not closely
    group by displacement order by displacement`;
}
