/** What a panel's query is filled in with. */
export interface Filling {
  readonly variables: Readonly<Record<string, string>>;
  readonly from: Date;
  readonly to: Date;
}

/** What Grafana's PostgreSQL data source makes of a query before sending it. @throws for an unknown macro or variable */
export function expand(query: string, { variables, from, to }: Filling): string {
  const macros: Readonly<Record<string, (...words: string[]) => string>> = {
    timeFilter: (column = "") =>
      `${column} between '${from.toISOString()}' and '${to.toISOString()}'`,
    timeGroupAlias: (column = "", interval = "") => {
      const seconds = secondsOf(interval);
      return `floor(extract(epoch from ${column}) / ${seconds}) * ${seconds} as "time"`;
    },
  };
  const written = query.replace(/\$__(\w+)\(([^)]*)\)/g, (text, name: string, words: string) => {
    const macro = macros[name];
    if (!macro) throw new Error(`unknown macro ${text}`);
    return macro(...words.split(",").map((word) => word.trim()));
  });
  return written.replace(/\$(?:\{(\w+)\}|(\w+))/g, (text, braced?: string, bare?: string) => {
    const value = variables[braced ?? bare ?? ""];
    if (value === undefined) throw new Error(`unknown variable ${text}`);
    return value.replaceAll("'", "''");
  });
}

function secondsOf(interval: string): number {
  const [, count, unit = ""] = /^'(\d+)([smhd])'$/.exec(interval) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  if (seconds === undefined) throw new Error(`unknown interval ${interval}`);
  return Number(count) * seconds;
}
