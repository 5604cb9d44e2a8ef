import { Readable, Writable } from "node:stream";
import stringWidth from "string-width";
import { main } from "../../cli/main.ts";
import type { Terminal } from "../../cli/terminal.ts";

/** A terminal that remembers, and presses Ctrl-C when told to. */
export interface CapturedTerminal extends Terminal {
  readonly out: () => string;
  readonly err: () => string;
  interrupt(): void;
}

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Sees of this machine's environment only what `env` says.
 *
 * @param typed - what is piped in; a keyboard nobody touches where there is nothing
 */
export function capturedTerminal(
  env: Readonly<Record<string, string>>,
  screen: Screen = {},
  typed?: string,
): CapturedTerminal {
  const [out, err] = [capture(screen), capture(screen)];
  const reactions = new Set<() => void>();
  const stdin = Object.assign(Readable.from(typed === undefined ? [] : [typed]), {
    isTTY: typed === undefined,
  });
  return {
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    env: { ...env },
    onInterrupt(react) {
      reactions.add(react);
      return { [Symbol.dispose]: () => reactions.delete(react) };
    },
    out: out.text,
    err: err.text,
    interrupt() {
      for (const react of reactions) react();
    },
  };
}

function capture(screen: Screen) {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString("utf8");
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: false, ...screen }), text: () => text };
}

/** One command line, to its end. */
export async function liesweep(
  env: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = capturedTerminal(env);
  const code = await main(argv, terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

/** Columns of the widest line, as a terminal shows it. */
export const widest = (text: string): number =>
  Math.max(...text.split("\n").map((line) => stringWidth(line)));
