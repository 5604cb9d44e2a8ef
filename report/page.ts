import { readFileSync } from "node:fs";
import type { ReportData } from "./data.ts";
import { agreementFigure } from "./figures/agreement.ts";
import { curvesFigure } from "./figures/curves.ts";
import type { Figure } from "./figures/figure.ts";
import { filtrationFigure } from "./figures/filtration.ts";
import { matrixFigure } from "./figures/generators.ts";
import { overviewFigure } from "./figures/overview.ts";
import { spectraFigure } from "./figures/spectra.ts";
import { validityFigure } from "./figures/validity.ts";
import { type Html, html, markup } from "./html.ts";
import { figureHtml, type Section, sectionHtml } from "./parts.ts";
import { againSection, dataSection, rejectedSection, verdictSection } from "./worded-sections.ts";
import { answerOf } from "./words.ts";

/**
 * A sweep as one page of HTML that needs nothing else: no script, no font, no network. What is not known yet, or was
 * not found, has no section.
 */
export async function reportPage(data: ReportData): Promise<string> {
  const { record, verdict, readAt, version } = data;
  const answer = answerOf(record.state, verdict);
  const sections: readonly (Section | undefined)[] = [
    verdictSection(data),
    await pictured("levels", "How far it holds", filtrationFigure(data)),
    await generatorSection(data),
    await pictured("spectra", "How many generators a trial needs", spectraFigure(data)),
    await pictured("validity", "What goes unnoticed", validityFigure(data)),
    await pictured("agreement", "Whether seeds agree", agreementFigure(data)),
    await pictured("training", "How training went", curvesFigure(data)),
    await pictured("overview", "K, λ and n", overviewFigure(data)),
    rejectedSection(data),
    dataSection(data),
    againSection(data),
  ];
  const shown = sections.filter((section) => section !== undefined);
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${record.id}: ${answer.short}${answer.rest}</title>
<style>${markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${shown[0]?.id ?? "verdict"}">Skip to the verdict</a>
<header>
<p class="kind">liesweep report</p>
<h1>${record.id}</h1>
<p class="data">${record.dataset.title}</p>
</header>
<nav aria-label="Contents"><ol>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main>
${shown.map(sectionHtml)}</main>
<footer><p>Written by liesweep ${version} from the rows of ${record.id} as they were on ${instantText(readAt)}. Hover over a mark for its numbers.</p></footer>
</body>
</html>
`;
  return text;
}

async function pictured(
  id: string,
  title: string,
  figure: Figure | undefined,
): Promise<Section | undefined> {
  return figure === undefined ? undefined : { id, title, body: await figureHtml(figure) };
}

/** The basis of the verdict, then what every further level has beside it. */
async function generatorSection({ verdict }: ReportData): Promise<Section | undefined> {
  if (verdict === undefined || verdict.basis.length === 0) return undefined;
  const [, ...further] = verdict.levels;
  const groups = [
    {
      name: verdict.name ?? "unnamed",
      basis: verdict.basis,
      caption:
        "A basis of the verdict's algebra in the coordinates of the data; each matrix moves them by their own size. Signs, order and choice of basis are free.",
    },
    ...further.map(({ name, basis, tolerance }) => ({
      name,
      basis,
      caption: `A basis of ${name}, which holds from tolerance ${tolerance.toPrecision(2)} on.`,
    })),
  ];
  const bodies: Html[] = [];
  for (const { name, basis, caption } of groups) {
    const figure = matrixFigure(basis, name, caption);
    if (figure !== undefined)
      bodies.push(html`${groups.length > 1 && html`<h3>${name}</h3>`}${await figureHtml(figure)}`);
  }
  return { id: "generators", title: "Generators", body: html`${bodies}` };
}

const instantText = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

const STYLE = readFileSync(new URL("page.css", import.meta.url), "utf8");
