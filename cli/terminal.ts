import pc from "picocolors";

/** What a command writes to; `process.stdout` is one. */
export type TextStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** Everything a command touches outside its servers, so that tests can stand in for it. */
export interface Terminal {
  /** What is piped in, or a keyboard. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Results: a verdict, a table, JSON. */
  readonly stdout: TextStream;
  /** Progress, notices and errors, so that results can be piped. */
  readonly stderr: TextStream;
  readonly env: NodeJS.ProcessEnv;
  /** Until disposed of, the first Ctrl-C or SIGTERM calls `react` instead of ending the process. */
  onInterrupt(react: () => void): Disposable;
}

export function processTerminal(): Terminal {
  // `liesweep list | head` closes the pipe early, which is no fault.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onInterrupt(react) {
      const signals = ["SIGINT", "SIGTERM"] as const;
      const release = () => {
        for (const signal of signals) process.off(signal, once);
      };
      // Released before it reacts: a second Ctrl-C ends the process whatever the reaction hangs on.
      const once = () => {
        release();
        react();
      };
      for (const signal of signals) process.on(signal, once);
      return { [Symbol.dispose]: release };
    },
  };
}

/** Results. */
export const print = ({ stdout }: Terminal, text: string): void => {
  stdout.write(`${text}\n`);
};

export const printJson = (terminal: Terminal, value: unknown): void =>
  print(terminal, JSON.stringify(value, plainNumbers, 2));

/** One line, so that a stream of them can be read as it comes. */
export const printJsonLine = (terminal: Terminal, value: unknown): void =>
  print(terminal, JSON.stringify(value, plainNumbers));

/** Notices, and what is being done while it is done. */
export const say = ({ stderr }: Terminal, line: string): void => {
  stderr.write(`${line}\n`);
};

export type Colors = ReturnType<typeof pc.createColors>;

/** https://no-color.org: set and not empty means no colour. */
export function colorsOf(stream: TextStream, env: NodeJS.ProcessEnv): Colors {
  const wanted = stream.isTTY === true && env["TERM"] !== "dumb";
  return pc.createColors(!env["NO_COLOR"] && (wanted || Boolean(env["FORCE_COLOR"])));
}

/** Columns to write in: of the terminal, and 80 where there is none. */
export const widthOf = (stream: TextStream): number =>
  stream.isTTY && stream.columns ? Math.max(40, stream.columns) : 80;

/** Arrays of numbers as JSON arrays; NaN and infinity become null, as JSON has none. */
const plainNumbers = (_key: string, value: unknown): unknown =>
  value instanceof Float64Array ? Array.from(value) : value;
