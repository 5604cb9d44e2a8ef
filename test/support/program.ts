import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../cli/liesweep.mjs", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** `liesweep …` as a user starts it. */
export function liesweep(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const finished = once(child, "close").then(([code]) => ({
    code: code as number | null,
    out,
    err,
  }));
  return { child, finished };
}

/** A stack of its own: a home, and ports that nobody listens on. */
export async function stackEnvironment(home: string): Promise<Readonly<Record<string, string>>> {
  const [port, uiPort] = await Promise.all([freePort(), freePort()]);
  return {
    LIESWEEP_HOME: home,
    LIESWEEP_TEMPORAL_PORT: String(port),
    LIESWEEP_TEMPORAL_UI_PORT: String(uiPort),
    DATABASE_URL: "",
    TEMPORAL_ADDRESS: "",
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
