import type { ReportData } from "./data.ts";
import { agreementFigure } from "./figures/agreement.ts";
import { curvesFigure } from "./figures/curves.ts";
import type { Figure } from "./figures/figure.ts";
import { filtrationFigure } from "./figures/filtration.ts";
import { matrixFigure } from "./figures/generators.ts";
import { overviewFigure } from "./figures/overview.ts";
import { spectraFigure } from "./figures/spectra.ts";
import { validityFigure } from "./figures/validity.ts";
import { type Html, html } from "./html.ts";
import { figureHtml, type Section } from "./parts.ts";
import { originText, wholePage } from "./whole-page.ts";
import { againSection, dataSection, rejectedSection, verdictSection } from "./worded-sections.ts";
import { answerOf } from "./words.ts";

/**
 * A sweep as one page of HTML that needs nothing else: no script, no font, no network. What is not known yet, or was
 * not found, has no section.
 */
export async function reportPage(data: ReportData): Promise<string> {
  const { record, verdict } = data;
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
  return wholePage({
    kind: "liesweep report",
    title: record.id,
    subtitle: record.dataset.title,
    tab: `${record.id}: ${answer.short}${answer.rest}`,
    sections: sections.filter((section) => section !== undefined),
    origin: originText(data, record.id),
  });
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
