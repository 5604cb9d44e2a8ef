import { PanelBuilder as BarChart } from "@grafana/grafana-foundation-sdk/barchart";
import {
  type DashboardBuilder,
  TextBoxVariableBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { dashboard, ofRows, sweepVariable } from "./panels.ts";

/**
 * One row a slot and the time it was held for training. Trials of a pack are claimed at one moment by
 * one worker, which is how they are told to be one pack. Validity tests leave no times of their own.
 */
const SLOT_TIMES = `
  select t.sweep_id, a.worker, a.engine, a.backend, a.started_at,
         extract(epoch from max(coalesce(a.finished_at, now())) - a.started_at)::float8 / 3600 as hours,
         bool_or(a.state = 'complete') as useful
  from attempts a join trials t on t.id = a.trial_id
  group by t.sweep_id, a.worker, a.engine, a.backend, a.started_at`;

/** What results cost: slot hours, and money by a price that the reader gives. */
export const cost = (): DashboardBuilder =>
  dashboard("liesweep-cost", "Cost", "Slot hours of training, by sweep, engine and worker.")
    .withVariable(sweepVariable())
    .withVariable(
      new TextBoxVariableBuilder("price").label("Price of a slot hour").defaultValue("1"),
    )
    .withPanel(
      ofRows(new Stat(), {
        title: "Slot hours",
        description: "Time that training slots were held for the sweep.",
        width: 6,
        query: `select coalesce(sum(hours), 0) as hours from (${SLOT_TIMES}) slots where sweep_id = '$sweep'`,
      }).unit("h"),
    )
    .withPanel(
      ofRows(new Stat(), {
        title: "Price",
        description: "Slot hours by the price given above.",
        width: 6,
        query: `select coalesce(sum(hours), 0) * $price as price from (${SLOT_TIMES}) slots where sweep_id = '$sweep'`,
      }).decimals(2),
    )
    .withPanel(
      ofRows(new Stat(), {
        title: "Lost",
        description:
          "Share of the hours in attempts that no trial completed: killed, replaced, cancelled.",
        width: 6,
        query: `
          select coalesce(sum(hours) filter (where not useful) / nullif(sum(hours), 0), 0) as lost
          from (${SLOT_TIMES}) slots where sweep_id = '$sweep'`,
      }).unit("percentunit"),
    )
    .withPanel(
      ofRows(new Stat(), {
        title: "Epochs an hour",
        description: "Epochs on record over the slot hours they took.",
        width: 6,
        query: `
          select (select coalesce(sum(last_epoch), 0) from trials where sweep_id = '$sweep')
                 / nullif(sum(hours), 0) as epochs
          from (${SLOT_TIMES}) slots where sweep_id = '$sweep'`,
      }).decimals(0),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Sweeps by cost",
        description: "What each verdict took.",
        width: 12,
        height: 10,
        query: `
          select s.id as sweep, v.status::text as verdict, c.hours, c.hours * $price as price, c.packs
          from sweeps s
          join (
            select sweep_id, sum(hours) as hours, count(*)::int as packs
            from (${SLOT_TIMES}) slots group by sweep_id
          ) c on c.sweep_id = s.id
          left join lateral (
            select status from verdicts where sweep_id = s.id order by number desc limit 1
          ) v on true
          order by c.hours desc limit 100`,
      }),
    )
    .withPanel(
      ofRows(new BarChart(), {
        title: "Slot hours by engine",
        description: "Of the sweep.",
        width: 12,
        height: 10,
        query: `
          select engine || ' on ' || backend as engine, sum(hours) as hours
          from (${SLOT_TIMES}) slots where sweep_id = '$sweep' group by 1 order by 2 desc`,
      }).xField("engine"),
    )
    .withPanel(
      ofRows(new Table(), {
        title: "Workers",
        description: "Who trained, for how long, and how much of it was lost.",
        width: 24,
        query: `
          select worker, engine, backend, count(*)::int as packs, sum(hours) as hours,
                 coalesce(sum(hours) filter (where not useful), 0) as lost_hours, max(started_at) as last_start
          from (${SLOT_TIMES}) slots where sweep_id = '$sweep'
          group by worker, engine, backend order by hours desc limit 100`,
      }),
    );
