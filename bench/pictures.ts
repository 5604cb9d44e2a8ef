import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { main as liesweep } from "../cli/main.ts";
import type { Terminal } from "../cli/terminal.ts";
import { browserProgram, startBrowser } from "../test/support/browser.ts";

/**
 * `npm run pictures`: the pictures of docs/pictures, of sweeps that it runs: what commands print, drawn by a terminal
 * emulator; the report; Temporal's UI of a sweep that runs. Needs a browser, and the ports of Temporal as
 * `npm start` does. Minutes on a quiet machine. With LIESWEEP_HOME it uses the stack and the sweeps of that folder and
 * leaves them there.
 */
const FOLDER = fileURLToPath(new URL("../docs/pictures/", import.meta.url));
const EXAMPLES = new URL("../examples/", import.meta.url);

/** What a picture in a repository may weigh, bytes. */
const MOST_BYTES = 300_000;

/** How long a page may take to show what it is about, on a busy machine. */
const PATIENCE_MS = 150_000;

/** The share of its epochs after which a sweep has something to show. */
const SHOWN_FROM = 0.2;

async function main(): Promise<void> {
  if (browserProgram === undefined)
    throw new Error("No browser here: install chromium, or name one in CHROMIUM.");
  const given = process.env["LIESWEEP_HOME"];
  const home = given ?? (await mkdtemp(join(tmpdir(), "liesweep-pictures-")));
  await chmod(home, 0o755); // a root's PostgreSQL runs as another user
  await mkdir(FOLDER, { recursive: true });
  const studio = new Studio(await startBrowser(), { ...process.env, LIESWEEP_HOME: home });
  try {
    await studio.run("run", fileURLToPath(new URL("two-body.yaml", EXAMPLES)));
    await ofTheEnded(studio, home);
    await ofTheRunning(studio, home);
  } finally {
    await studio.browser.close();
    if (given === undefined) {
      await studio.run("down");
      await rm(home, { recursive: true });
    }
  }
}

/** The verdict in a narrow terminal and all of it in a wide one; the report on a desk, on a phone and in the dark. */
async function ofTheEnded(studio: Studio, home: string): Promise<void> {
  const narrow = await studio.seen(80, "show", "two-body");
  await studio.terminal("verdict", 80, narrow.slice(0, narrow.indexOf("Leaderboard") - LEAD));
  await studio.terminal("show-wide", 200, await studio.seen(200, "show", "two-body"));
  const file = join(home, "two-body.html");
  await studio.run("report", "two-body", "-o", file);
  const url = pathToFileURL(file).href;
  const desk = { viewport: { width: 1180, height: 1500 } };
  await studio.page("report", url, desk);
  await studio.page("report-dark", url, { ...desk, colorScheme: "dark" });
  await studio.page("report-phone", url, { viewport: { width: 390, height: 1500 } });
}

/** A sweep of a name of its own, while it trains; it is cancelled when the pictures are taken. */
async function ofTheRunning(studio: Studio, home: string): Promise<void> {
  const sweep = `no-symmetry-${Date.now().toString(36).slice(-4)}`;
  const example = await readFile(new URL("no-symmetry.yaml", EXAMPLES), "utf8");
  const file = join(home, `${sweep}.yaml`);
  await writeFile(file, example.replace(/^sweep: .*$/m, `sweep: ${sweep}`));
  await studio.run("submit", file);
  const started = studio.started(undefined, "run", file); // so that it has a worker
  const told = studio.started(undefined, "watch", sweep, "--json");
  const seen = studio.started(80, "watch", sweep);
  while (shareDone(told.out()) < SHOWN_FROM || !seen.err().includes("validity")) await sleep(500);
  await studio.terminal("watch", 80, seen.err());
  await studio.terminal("list", 140, await studio.seen(140, "list"));
  const { temporalUiUrl } = JSON.parse(await studio.seen(80, "up", "--json")) as {
    readonly temporalUiUrl?: string;
  };
  const url = `${temporalUiUrl}/namespaces/default/workflows/${sweep}`;
  await studio.page("temporal", url, { viewport: { width: 1280, height: 800 } }, async (page) => {
    await page.getByText("Event History").first().waitFor({ timeout: PATIENCE_MS });
    await sleep(3000); // the timeline moves into place
  });
  for (const { detach, ended } of [started, told, seen]) {
    detach();
    await ended;
  }
  await studio.run("cancel", sweep);
}

/** Of the trial-epochs, by the last line of `watch --json`. */
function shareDone(lines: string): number {
  const last = lines
    .trimEnd()
    .split("\n")
    .findLast((line) => line.includes('"progress"'));
  if (last === undefined) return 0;
  const { epochs } = JSON.parse(last) as {
    readonly epochs: { readonly done: number; readonly planned: number };
  };
  return epochs.planned === 0 ? 0 : epochs.done / epochs.planned;
}

/** Takes pictures of commands and pages. */
class Studio {
  readonly browser: Browser;
  readonly #env: NodeJS.ProcessEnv;

  constructor(browser: Browser, env: NodeJS.ProcessEnv) {
    this.browser = browser;
    this.#env = env;
  }

  /** A command, its notices on this terminal. */
  async run(...argv: readonly string[]): Promise<void> {
    const { terminal, err } = screen(this.#env, undefined);
    const code = await liesweep(argv, { ...terminal, stderr: process.stderr });
    if (code !== 0) throw new Error(`liesweep ${argv.join(" ")} ended with ${code}: ${err()}`);
  }

  /** What a command prints on a terminal of so many columns. */
  async seen(columns: number, ...argv: readonly string[]): Promise<string> {
    const { terminal, out } = screen(this.#env, columns);
    await liesweep(argv, terminal);
    return out();
  }

  /** A command that goes on, on a terminal or a pipe. */
  started(columns: number | undefined, ...argv: readonly string[]) {
    const { terminal, out, err, interrupt } = screen(this.#env, columns);
    return { ended: liesweep(argv, terminal), out, err, detach: interrupt };
  }

  /** The terminal emulator's picture of what was written to it. */
  async terminal(name: string, columns: number, text: string): Promise<void> {
    const page = await this.browser.newPage({
      viewport: { width: 2000, height: 1800 },
      deviceScaleFactor: columns > 100 ? 1 : 1.5,
    });
    const emulator = (file: string) => fileURLToPath(import.meta.resolve(`@xterm/xterm/${file}`));
    await page.setContent('<body style="margin:0;background:#14171c"><div id="screen"></div>');
    await page.addStyleTag({ path: emulator("css/xterm.css") });
    await page.addStyleTag({ content: STYLE });
    await page.addScriptTag({ path: emulator("lib/xterm.js") });
    const shown = `\u001b[?25l${text.trimEnd().replaceAll("\n", "\r\n")}`;
    await page.evaluate(`new Promise((drawn) => {
      const terminal = new Terminal(${JSON.stringify({ ...LOOK, cols: columns, rows: ROWS })});
      terminal.open(document.getElementById("screen"));
      terminal.write(${JSON.stringify(shown)}, () => {
        const lineOf = (row) => terminal.buffer.active.getLine(row).translateToString(true);
        let last = ${ROWS};
        while (last > 1 && lineOf(last - 1) === "") last--;
        const rows = document.querySelector(".xterm-screen");
        document.getElementById("screen").style.height = (rows.offsetHeight / ${ROWS}) * last + "px";
        setTimeout(drawn, 500);
      });
    })`);
    await this.#save(name, () => page.locator("#screen").screenshot());
    await page.close();
  }

  /** The part of a page that a window shows. */
  async page(
    name: string,
    url: string,
    window: BrowserContextOptions,
    ready: (page: Page) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const page = await this.browser.newPage(window);
    await page.goto(url, { waitUntil: "commit", timeout: PATIENCE_MS });
    await page.waitForLoadState("load", { timeout: PATIENCE_MS });
    await ready(page);
    await this.#save(name, () => page.screenshot());
    await page.close();
  }

  async #save(name: string, take: () => Promise<Buffer>): Promise<void> {
    const file = join(FOLDER, `${name}.png`);
    await writeFile(file, await take());
    const { size } = await stat(file);
    console.log(`${file}: ${Math.round(size / 1000)} kB`);
    if (size > MOST_BYTES) throw new Error(`${file} is larger than ${MOST_BYTES / 1000} kB`);
  }
}

/** A terminal of so many columns that keeps what is written to it, or a pipe. */
function screen(env: NodeJS.ProcessEnv, columns: number | undefined) {
  const stream = () => {
    let text = "";
    const writable = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString("utf8");
        done();
      },
    });
    const isTTY = columns !== undefined;
    return { stream: Object.assign(writable, { isTTY, columns: columns ?? 80 }), text: () => text };
  };
  const [out, err] = [stream(), stream()];
  const reactions = new Set<() => void>();
  const terminal: Terminal = {
    stdin: Readable.from([]),
    stdout: out.stream,
    stderr: err.stream,
    env: { ...env, TERM: "xterm" },
    onInterrupt(react) {
      reactions.add(react);
      return { [Symbol.dispose]: () => reactions.delete(react) };
    },
  };
  const interrupt = () => {
    for (const react of reactions) react();
  };
  return { terminal, out: out.text, err: err.text, interrupt };
}

/** Letters before the word Leaderboard that are of its section: the colour it is set in. */
const LEAD = "\u001b[1m".length;

const LOOK = {
  fontFamily: '"DejaVu Sans Mono", monospace',
  fontSize: 13.3, // letters of 8 pixels, so that bars have no seams
  lineHeight: 1.25,
  convertEol: false,
  theme: {
    ...{ background: "#14171c", foreground: "#d7dce2", cyan: "#6cc5d8", green: "#7fd1a1" },
    ...{ yellow: "#e2c26b", red: "#e88388" },
  },
};

const STYLE =
  "#screen { display: inline-block; padding: 20px 24px; background: #14171c; overflow: hidden }";

/** Lines of the emulator: more than any picture has. */
const ROWS = 90;

await main();
