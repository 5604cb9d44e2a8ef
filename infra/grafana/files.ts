import type { RuleGroup } from "@grafana/grafana-foundation-sdk/alerting";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { agreement } from "./agreement.ts";
import { alerts, FOLDER } from "./alerts.ts";
import { cost } from "./cost.ts";
import { filtration } from "./filtration.ts";
import { sweeps } from "./sweeps.ts";
import { trials } from "./trials.ts";
import { workers } from "./workers.ts";

/** The dashboards, with panels numbered so that links to one stay. */
const dashboards = (): readonly Dashboard[] =>
  [sweeps(), trials(), filtration(), agreement(), workers(), cost()].map((builder) => {
    const built = builder.build();
    const panels = (built.panels ?? []).map((panel, i) => ({ ...panel, id: i + 1 }));
    return { ...built, panels };
  });

/** Every generated file: its path in this folder, and its text. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const rules = alerts();
  return new Map([
    ...dashboards().map((built) => [`dashboards/${built.uid}.json`, textOf(built)] as const),
    ["alerts/liesweep.json", textOf(rules)],
    ["provisioning/alerting/liesweep.json", textOf(provisioned(rules))],
  ]);
}

/** The same rules as Grafana reads them from files, where intervals have units and folders titles. */
const provisioned = ({ title, interval, rules = [] }: RuleGroup) => ({
  apiVersion: 1,
  groups: [
    {
      orgId: 1,
      name: title,
      folder: FOLDER,
      interval: `${interval}s`,
      rules: rules.map(({ orgID: _, folderUID: __, ruleGroup: ___, ...rule }) => rule),
    },
  ],
});

const textOf = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
