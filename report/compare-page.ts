import { comparedFacts, comparedLevels, type Pair } from "./compare-words.ts";
import { anglesText, comparisonOf } from "./comparison.ts";
import type { ReportData } from "./data.ts";
import { filtrationFigure } from "./figures/filtration.ts";
import { overviewFigure } from "./figures/overview.ts";
import { validityFigure } from "./figures/validity.ts";
import { type Html, html } from "./html.ts";
import { figureHtml, type Section, tableHtml } from "./parts.ts";
import { originText, wholePage } from "./whole-page.ts";

/** Two sweeps as one page: what `liesweep compare` says, and the pictures of both. */
export async function comparePage(a: ReportData, b: ReportData): Promise<string> {
  const { sameData, settings, angles, withoutAngles } = comparisonOf(a, b);
  const both = [a.record.id, b.record.id] as const;
  const table = (title: string, rows: readonly Pair[]) =>
    tableHtml({ title, head: ["", ...both], rows });
  const levels = comparedLevels(a, b);
  const sections: readonly Section[] = [
    { id: "verdicts", title: "Verdicts", body: table("Verdicts", comparedFacts(a, b)) },
    {
      id: "levels",
      title: "Levels and the angles between them",
      body: html`${levels.length > 0 && table("Levels", levels)}<p>${
        withoutAngles === undefined
          ? `Principal angles between spans, as displacements of the data of ${both[0]}${sameData ? "" : `; those of ${both[1]} are others`}. 0°: the same span.`
          : `There are no angles: ${withoutAngles}.`
      }</p>${
        angles.length > 0 &&
        tableHtml({
          title: "Angles",
          head: [`level of ${both[0]}`, `level of ${both[1]}`, "angles"],
          rows: angles.map(({ levelA, levelB, degrees }) => [
            a.verdict?.levels[levelA]?.name ?? "",
            b.verdict?.levels[levelB]?.name ?? "",
            anglesText(degrees),
          ]),
        })
      }`,
    },
    {
      id: "settings",
      title: "Settings that differ",
      body:
        settings.length === 0
          ? html`<p>None.</p>`
          : table(
              "Settings",
              settings.map(({ path, there, here }): Pair => [path, there, here]),
            ),
    },
    {
      id: "pictures",
      title: "Both in pictures",
      body: html`${await pictures(a)}${await pictures(b)}`,
    },
  ];
  return wholePage({
    kind: "liesweep compare",
    title: both.join(" and "),
    subtitle: sameData
      ? a.record.dataset.title
      : `${a.record.dataset.title}; ${b.record.dataset.title}`,
    tab: `${both.join(" and ")} compared`,
    sections,
    origin: originText(a, both.join(" and ")),
  });
}

async function pictures(data: ReportData): Promise<Html> {
  const figures = [filtrationFigure(data), validityFigure(data), overviewFigure(data)];
  const drawn = await Promise.all(
    figures.flatMap((figure) => (figure === undefined ? [] : [figureHtml(figure)])),
  );
  return html`<h3>${data.record.id}</h3>${drawn}`;
}
