import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparePage, readReport, reportPage } from "../../report/index.ts";
import { openStore } from "../../store/index.ts";
import { judgedSweep, plannedSweep, VERDICTS } from "../cli/seeded-sweeps.ts";
import { browserProgram, startBrowser, withBrowser } from "../support/browser.ts";
import { freshDatabase } from "../support/database.ts";
import { sampleData, wideData } from "./sample-data.ts";

const PAGES = {
  found: () => reportPage(sampleData("found")),
  none: () => reportPage(sampleData("none")),
  inconclusive: () => reportPage(sampleData("inconclusive")),
  running: () => reportPage(sampleData("running")),
  planned: () => reportPage(sampleData("planned")),
  wide: () => reportPage(wideData()),
  compared: () => comparePage(sampleData("found"), sampleData("none")),
};
const names = Object.keys(PAGES) as readonly (keyof typeof PAGES)[];

const headings = (page: string): readonly string[] =>
  [...page.matchAll(/<h2[^>]*>(?:<span[^>]*>\d+<\/span>)?([^<]*)</g)].map(
    ([, title = ""]) => title,
  );

describe("a report", () => {
  it.each(names)(
    "of %s is the same for the same data, and asks nothing of a network",
    async (name) => {
      const page = await PAGES[name]();
      expect(await PAGES[name]()).toBe(page);
      expect(page).not.toMatch(/<script|<link|<img|@import|url\((?!#)|(?:src|srcset)=/);
      expect(page.match(/href="[^#"][^"]*"/g)).toBeNull();
      expect(page).not.toMatch(/NaN|undefined|\[object/);
    },
  );

  it("shows text of the data as text", async () => {
    const page = await reportPage(sampleData("found"));
    expect(page).not.toContain("<of>");
    expect(page).not.toContain("<orbits>");
    expect(page).toContain("orbits &#60;of&#62; &#34;two&#34; &#38; more bodies");
  });

  it("says the verdict first, then what it rests on, then how to ask again", async () => {
    const page = await reportPage(sampleData("found"));
    expect(headings(page)).toEqual([
      "Verdict",
      "How far it holds",
      "Generators",
      "How many generators a trial needs",
      "What goes unnoticed",
      "Whether seeds agree",
      "How training went",
      "K, λ and n",
      "What was turned down, and why",
      "Data and settings",
      "How to ask again",
    ]);
    expect(page.indexOf("found so(2)")).toBeLessThan(page.indexOf("<svg"));
    for (const sha256 of ["a", "b"]) expect(page).toContain(`<code>${sha256.repeat(64)}</code>`);
    expect(page).toContain("row 1, column 2: -1</title>");
  });

  it("leaves out what was not found or is not known yet", async () => {
    const none = headings(await reportPage(sampleData("none")));
    expect(none).not.toContain("Generators");
    expect(none).toContain("What goes unnoticed");
    expect(headings(await reportPage(sampleData("planned")))).toEqual([
      "Verdict",
      "K, λ and n",
      "Data and settings",
      "How to ask again",
    ]);
    expect(headings(await reportPage(sampleData("running")))).toContain("How training went");
  });

  it("proposes what would settle more where the verdict does", async () => {
    const page = await reportPage(sampleData("inconclusive"));
    expect(page).toContain("More seeds would tell chance from symmetry.");
    expect(page).toContain(
      "liesweep extend sample-inconclusive --seeds 7 --add K=3\nliesweep select sample-inconclusive --displacement 0.5",
    );
  });

  it("is drawn from what the store has of any sweep", async () => {
    const database = await freshDatabase();
    const store = await openStore(database.url);
    try {
      await plannedSweep(store, "waiting");
      for (const status of ["found", "none", "inconclusive"] as const)
        await judgedSweep(store, status, VERDICTS[status]);
      for (const { id } of await store.listSweeps()) {
        const record = await store.readSweep(id);
        if (record === undefined) throw new Error(id);
        const data = await readReport(store, record, { readAt: new Date(0), version: "0.1.0" });
        expect(data.curves.length > 0).toBe(id !== "waiting");
        expect(headings(await reportPage(data))[0]).toBe("Verdict");
      }
    } finally {
      await store.close();
      await database.drop();
    }
  });
});

describe.skipIf(browserProgram === undefined)(`a report in a browser${withBrowser}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await startBrowser();
    folder = await mkdtemp(join(tmpdir(), "liesweep-report-"));
    for (const name of names) await writeFile(join(folder, `${name}.html`), await PAGES[name]());
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page and gives what it complained of or asked for beside itself. */
  async function opened(name: string, width: number, colorScheme: "light" | "dark") {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    page.on("request", (request) => {
      if (request.url() !== url) complaints.push(request.url());
    });
    await page.goto(url);
    return { page, complaints };
  }

  for (const [width, scheme] of [
    [390, "dark"],
    [1280, "light"],
  ] as const)
    it.each(names)(`of %s is quiet, fits ${width} px and is legible in ${scheme}`, async (name) => {
      const { page, complaints } = await opened(name, width, scheme);
      for (const details of await page.locator("summary").all()) await details.click();
      expect(await overflow(page)).toEqual([]);
      expect(await textOutside(page)).toEqual([]);
      expect(await faintText(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    });

  it("has every picture it speaks of, each with words for who cannot see it", async () => {
    const { page } = await opened("found", 1280, "light");
    const pictures = page.locator("figure .panel svg");
    const labels = await pictures.evaluateAll((all) =>
      all.map((svg) => ({
        label: svg.getAttribute("aria-label") ?? "",
        role: svg.getAttribute("role"),
        marks: svg.querySelectorAll("path, line, text").length,
        drawn: svg.getBoundingClientRect().width > 80 && svg.getBoundingClientRect().height > 60,
      })),
    );
    expect(labels.length).toBeGreaterThanOrEqual(12);
    for (const picture of labels) {
      expect(picture).toMatchObject({ role: "img", drawn: true });
      expect(picture.label.length).toBeGreaterThan(20);
      expect(picture.marks).toBeGreaterThan(4);
    }
    await page.close();
  });

  it("can be read by keys alone", async () => {
    const { page } = await opened("found", 1280, "light");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatchObject({ text: "Skip to the verdict" });
    await page.keyboard.press("Enter");
    expect(page.url()).toMatch(/#verdict$/);
    await tabTo(page, "The levels in numbers");
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open]").count()).toBe(1);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatchObject({ role: "region" });
    await tabTo(page, "Exact entries of so(2)");
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open]").count()).toBe(2);
    await page.close();
  });

  it("prints on paper without its contents and in light colours", async () => {
    const { page } = await opened("found", 1280, "dark");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(
      await page
        .locator("html")
        .evaluate((html) => html.ownerDocument.defaultView?.getComputedStyle(html).backgroundColor),
    ).toBe("rgb(255, 254, 251)");
    expect((await page.pdf()).byteLength).toBeGreaterThan(20_000);
    await page.close();
  });
});

/** What keys go to. */
const focused = (page: Page): Promise<{ text: string; role: string | null }> =>
  page.locator("body").evaluate(({ ownerDocument: { activeElement } }) => ({
    text: activeElement?.textContent ?? "",
    role: activeElement?.getAttribute("role") ?? null,
  }));

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await focused(page)).text === text) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no key reaches ${text}`);
}

/** What sticks out of the page to the right, boxes that scroll aside. */
const overflow = (page: Page) =>
  page.locator("body *:not(.skip)").evaluateAll((all) =>
    all.flatMap((element) => {
      const isScrolled = element.closest(".scroll > *") !== null;
      const { right } = element.getBoundingClientRect();
      return !isScrolled && right > element.ownerDocument.documentElement.clientWidth + 0.5
        ? [`${element.tagName} ${element.textContent?.slice(0, 40)}`]
        : [];
    }),
  );

/** Text of pictures that sticks out of its picture. */
const textOutside = (page: Page) =>
  page.locator(".panel svg text").evaluateAll((all) =>
    all.flatMap((text) => {
      const own = text.getBoundingClientRect();
      const frame = text.closest("svg")?.getBoundingClientRect() ?? own;
      const isInside =
        own.left >= frame.left - 1 &&
        own.right <= frame.right + 1 &&
        own.top >= frame.top - 1 &&
        own.bottom <= frame.bottom + 1;
      return isInside
        ? []
        : [`${text.textContent} in ${text.closest("figure")?.textContent?.slice(0, 40)}`];
    }),
  );

/** Text whose contrast to the page is below 4.5 (WCAG 2.2, 1.4.3); that on bars has other ground. */
const faintText = (page: Page) =>
  page.locator("main *, nav *, header *, footer *").evaluateAll((all) =>
    all.flatMap((element) => {
      const view = element.ownerDocument.defaultView;
      const isText = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === 3 && textContent?.trim() !== "",
      );
      if (
        !isText ||
        view === null ||
        element.tagName === "title" ||
        element.textContent === "exact"
      )
        return [];
      const luminance = (color: string) => {
        const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((channel) => {
          const c = Number(channel) / 255;
          return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const style = view.getComputedStyle(element);
      const ink = luminance(element.closest("svg") === null ? style.color : style.fill);
      const paper = luminance(
        view.getComputedStyle(element.ownerDocument.documentElement).backgroundColor,
      );
      const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      return contrast >= 4.5
        ? []
        : [`${element.tagName} ${element.textContent?.slice(0, 40)} ${contrast.toFixed(2)}`];
    }),
  );
