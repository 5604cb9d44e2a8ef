import type { DashboardBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import { dashboard, ofMetrics } from "./panels.ts";
import { promql, promqlNow } from "./sources.ts";

/** What workers do now, and what waits for them. Names and meanings: docs/metrics.md. */
export const workers = (): DashboardBuilder =>
  dashboard("liesweep-workers", "Workers and queues", "What workers do now, and what waits.")
    .time({ from: "now-1h", to: "now" })
    .refresh("15s")
    .withPanel(
      ofMetrics(new Stat(), {
        title: "Slots",
        description: "Packs that all workers together train at once.",
        width: 4,
        height: 5,
        queries: [promqlNow("sum(liesweep_slots)", "slots")],
      }),
    )
    .withPanel(
      ofMetrics(new Stat(), {
        title: "Busy",
        description: "Share of the slots with a trainer.",
        width: 4,
        height: 5,
        queries: [promqlNow("sum(liesweep_slots_busy) / sum(liesweep_slots)", "busy")],
      }).unit("percentunit"),
    )
    .withPanel(
      ofMetrics(new Table(), {
        title: "Workers",
        description: "Engine, backend and version of each.",
        width: 16,
        height: 5,
        queries: [promqlNow("liesweep_worker_info", "{{instance}}").format(PromQueryFormat.Table)],
      }),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Epochs per second",
        description: "By worker.",
        width: 12,
        queries: [promql("sum by (instance) (rate(liesweep_epochs_total[1m]))", "{{instance}}")],
      }),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Slots by work",
        description: "Trainer processes that train, and that test validity.",
        width: 12,
        queries: [
          promql("sum by (work) (liesweep_slots_busy)", "{{work}}"),
          promql("sum(liesweep_slots)", "all", "B"),
        ],
      }),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Trials ended an hour",
        description: "By how they ended in training.",
        width: 12,
        queries: [
          promql("sum by (ending) (increase(liesweep_trial_endings_total[1h]))", "{{ending}}"),
        ],
      }),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Validity tests per second",
        description: "Answers of fresh classifiers.",
        width: 12,
        queries: [promql("sum(rate(liesweep_validity_tests_total[5m]))", "tests")],
      }),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Waiting for a slot",
        description: "From when an activity is scheduled to when a worker takes it, 95 of 100.",
        width: 12,
        queries: [
          promql(
            quantile("temporal_activity_schedule_to_start_latency_seconds", "task_queue", "5m"),
            "{{task_queue}}",
          ),
        ],
      }).unit("s"),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Pollers",
        description: "Workers' open requests for work, by queue; none means nobody asks.",
        width: 12,
        queries: [promql("sum by (task_queue) (temporal_num_pollers)", "{{task_queue}}")],
      }),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Checkpoints, time",
        description: "95 of 100 take no longer.",
        width: 12,
        queries: [
          promql(quantile("liesweep_checkpoint_seconds", "operation", "5m"), "{{operation}}"),
        ],
      }).unit("s"),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Checkpoints, bytes per second",
        description: "Written and read.",
        width: 12,
        queries: [
          promql("sum by (operation) (rate(liesweep_checkpoint_bytes_total[5m]))", "{{operation}}"),
        ],
      }).unit("Bps"),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "What broke",
        description: "Trainers and activities that failed in the last hour.",
        width: 12,
        queries: [
          promql(
            "sum by (work, error) (increase(liesweep_trainer_failures_total[1h]))",
            "{{work}}: {{error}}",
          ),
          promql(
            "sum by (activity_type) (increase(temporal_activity_execution_failed_total[1h]))",
            "{{activity_type}}",
            "B",
          ),
        ],
      }).noValue("nothing"),
    )
    .withPanel(
      ofMetrics(new TimeSeries(), {
        title: "Memory of cards",
        description: "Used, whoever uses it; workers on CPUs and other cards tell none.",
        width: 12,
        queries: [
          promql(
            'liesweep_device_memory_bytes{kind="total"} - ignoring(kind) liesweep_device_memory_bytes{kind="free"}',
            "{{instance}}",
          ),
        ],
      })
        .unit("bytes")
        .noValue("no card"),
    );

const quantile = (histogram: string, by: string, over: string): string =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${histogram}_bucket[${over}])))`;
