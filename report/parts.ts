import { drawn } from "./draw.ts";
import type { Figure, LegendEntry, Table } from "./figures/figure.ts";
import { type Html, html, markup } from "./html.ts";
import type { Fact } from "./words.ts";

/** A part of the page with a heading that the contents name. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export async function figureHtml({ panels, legend, caption, table }: Figure): Promise<Html> {
  const pictures = await Promise.all(
    panels.map(
      async (panel) =>
        html`<div class="panel">${panel.heading !== undefined && html`<h4>${panel.heading}</h4>`}${markup(await drawn(panel))}</div>`,
    ),
  );
  return html`<figure>
<div class="panels">${pictures}</div>
${legend !== undefined && html`<ul class="legend">${legend.map(legendHtml)}</ul>`}
<figcaption>${caption}</figcaption>
${table !== undefined && html`<details><summary>${table.title}</summary>${tableHtml(table)}</details>`}
</figure>
`;
}

const legendHtml = ({ label, color, mark }: LegendEntry): Html =>
  html`<li><svg aria-hidden="true" width="18" height="12" viewBox="0 0 18 12">${markup(glyph(mark, color))}</svg>${label}</li>`;

function glyph(mark: LegendEntry["mark"], color: string): string {
  switch (mark) {
    case "line":
      return `<path d="M1 6H17" stroke="${color}" stroke-width="3"/>`;
    case "dashed":
      return `<path d="M1 6H17" stroke="${color}" stroke-width="1.5" stroke-dasharray="4 3"/>`;
    case "band":
      return `<path d="M1 1H17V11H1Z" fill="${color}"/>`;
    case "circle":
      return `<circle cx="9" cy="6" r="4" fill="${color}"/>`;
    case "stroke":
      return `<circle cx="9" cy="6" r="3.5" fill="${color}"/>`;
    case "diamond":
      return `<path d="M9 1L14 6L9 11L4 6Z" fill="${color}"/>`;
    case "square":
      return `<path d="M5 2H13V10H5Z" fill="${color}"/>`;
    case "cross":
      return `<path d="M7.4 2H10.6V4.4H13V7.6H10.6V10H7.4V7.6H5V4.4H7.4Z" fill="${color}"/>`;
    case "triangle-up":
      return `<path d="M9 1L14 10H4Z" fill="${color}"/>`;
  }
}

/** In a box of its own that scrolls, by keys too, where the table is wider than the page. */
export const tableHtml = ({ title, head, rows }: Table): Html =>
  html`<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([first = "", ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;

export const factsHtml = (facts: readonly Fact[]): Html =>
  html`<dl>${facts.map(([name, text]) => html`<div><dt>${name}</dt><dd>${SHA256.test(text) ? html`<code>${text}</code>` : text}</dd></div>`)}</dl>`;

const SHA256 = /^[0-9a-f]{64}$/;

export const sectionHtml = ({ id, title, body }: Section, position: number): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title"><span class="number">${position + 1}</span>${title}</h2>
${body}</section>
`;
