import type { DashboardBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as Trend } from "@grafana/grafana-foundation-sdk/trend";
import { dashboard, matrixColumns, ofRows, sweepVariable, variable } from "./panels.ts";

/** Learning curves. Epochs are no times, so they are trends over a number. */
export const trials = (): DashboardBuilder =>
  dashboard("liesweep-trials", "Trial curves", "How one trial, its seeds, and all trials learned.")
    .withVariable(sweepVariable())
    .withVariable(
      variable(
        "configuration",
        "Configuration",
        "select distinct configuration from trials where sweep_id = '$sweep' order by 1",
      ),
    )
    .withVariable(
      variable(
        "trial",
        "Trial",
        "select number from trials where sweep_id = '$sweep' and configuration = $configuration order by 1",
      ),
    )
    .withPanel(
      ofRows(new Trend(), {
        title: "Losses of the trial",
        description:
          "At ln 2 = 0.693 the discriminator tells nothing apart. The input's is of the conditional objective alone.",
        width: 12,
        query: `
          select e.epoch, e.generator_loss, e.discriminator_loss, e.input_loss
          from epochs e join trials t on t.id = e.trial_id
          where t.sweep_id = '$sweep' and t.number = $trial order by e.epoch`,
      }).xField("epoch"),
    )
    .withPanel(
      ofRows(new Trend(), {
        title: "Extent and penalties of the trial",
        description: "How far its largest direction moves the data; 0 is the identity.",
        width: 12,
        query: `
          select e.epoch, e.largest_extent, e.identity_penalty, e.overlap_penalty
          from epochs e join trials t on t.id = e.trial_id
          where t.sweep_id = '$sweep' and t.number = $trial order by e.epoch`,
      }).xField("epoch"),
    )
    .withPanel(
      ofRows(new Trend(), {
        title: "Seeds of the configuration",
        description: "Discriminator's loss: median of the seeds, lowest and highest.",
        width: 12,
        query: `
          select e.epoch, min(nullif(e.discriminator_loss, 'NaN')) as lowest,
                 percentile_cont(0.5) within group (order by nullif(e.discriminator_loss, 'NaN')) as median,
                 max(nullif(e.discriminator_loss, 'NaN')) as highest
          from epochs e join trials t on t.id = e.trial_id
          where t.sweep_id = '$sweep' and t.configuration = $configuration group by e.epoch order by e.epoch`,
      }).xField("epoch"),
    )
    .withPanel(
      ofRows(new Trend(), {
        title: "All trials of the sweep",
        description: "The same over every configuration, with the middle four fifths.",
        width: 12,
        query: `
          select e.epoch,
                 percentile_cont(0.1) within group (order by nullif(e.discriminator_loss, 'NaN')) as "10 %",
                 percentile_cont(0.5) within group (order by nullif(e.discriminator_loss, 'NaN')) as median,
                 percentile_cont(0.9) within group (order by nullif(e.discriminator_loss, 'NaN')) as "90 %"
          from epochs e join trials t on t.id = e.trial_id
          where t.sweep_id = '$sweep' group by e.epoch order by e.epoch`,
      }).xField("epoch"),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Generators of the trial",
        description: "As learned, in the coordinates of the data; a line a row of a matrix.",
        width: 12,
        query: `
          select ordinal as generator, row_index as row, ${matrixColumns}
          from (
            select g.ordinal, (e.position - 1) / g.dimension as row_index,
                   (e.position - 1) % g.dimension as column_index, e.value
            from generators g
            join trials t on t.id = g.trial_id
            cross join lateral unnest(g.entries) with ordinality as e (value, position)
            where t.sweep_id = '$sweep' and t.number = $trial
          ) entries
          group by ordinal, row_index order by ordinal, row_index`,
      }),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Attempts at the trial",
        description: "Who trained it, with what, and why an attempt ended early.",
        width: 12,
        query: `
          select a.attempt, a.state::text as state, a.worker, a.engine, a.backend,
                 a.started_at, a.finished_at, a.failure_class::text as failure_class, a.failure_message
          from attempts a join trials t on t.id = a.trial_id
          where t.sweep_id = '$sweep' and t.number = $trial order by a.attempt`,
      }),
    );
