import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where systems keep a browser of Chromium's kind; `CHROMIUM` names another. */
const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Undefined where the system has none: tests of pages are then skipped. */
export const browserProgram = PLACES.find((place) => place !== undefined && existsSync(place));

/** Why, for the title of what is skipped. */
export const withBrowser =
  browserProgram === undefined
    ? " (skipped: no browser here; install chromium, or name one in CHROMIUM)"
    : "";

/** The caller closes it. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    ...(browserProgram !== undefined && { executablePath: browserProgram }),
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
