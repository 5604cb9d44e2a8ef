import { readFileSync } from "node:fs";
import type { ReportData } from "./data.ts";
import { html, markup } from "./html.ts";
import { type Section, sectionHtml } from "./parts.ts";

/** What a page says around its sections. */
export interface PageFrame {
  readonly kind: string;
  readonly title: string;
  readonly subtitle: string;
  /** For the tab of a browser. */
  readonly tab: string;
  readonly sections: readonly Section[];
  /** Where it comes from, at its foot. */
  readonly origin: string;
}

/** HTML that needs nothing else: no script, no font, no network. */
export function wholePage({ kind, title, subtitle, tab, sections, origin }: PageFrame): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${tab}</title>
<style>${markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${sections[0]?.id ?? ""}">Skip to the verdict</a>
<header>
<p class="kind">${kind}</p>
<h1>${title}</h1>
<p class="data">${subtitle}</p>
</header>
<nav aria-label="Contents"><ol>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
<main>
${sections.map(sectionHtml)}</main>
<footer><p>${origin}</p></footer>
</body>
</html>
`.html;
}

export const originText = ({ readAt, version }: ReportData, sweeps: string): string =>
  `Written by liesweep ${version} from the rows of ${sweeps} as they were on ` +
  `${readAt.toISOString().slice(0, 16).replace("T", " ")} UTC. Hover over a mark for its numbers.`;

const STYLE = readFileSync(new URL("page.css", import.meta.url), "utf8");
