import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";

/**
 * A loopback port nobody listens on, below the range from which systems draw the ports of outgoing
 * connections (32768 on Linux, 49152 on macOS). A port that is kept for months would otherwise be
 * taken now and then by somebody's browser.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if (await canListen(port)) return port;
  }
}

/** Whether something on this machine accepts connections at `host:port`. */
export function answers(port: number, host = "127.0.0.1", patienceMs = 1000): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ port, host, timeout: patienceMs });
    const end = (open: boolean) => {
      socket.destroy();
      settle(open);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

/** Whether a server could bind `port` on loopback now. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once("error", () => settle(false));
    server.listen(port, "127.0.0.1", () => server.close(() => settle(true)));
  });
}

/** `7233`, or undefined where the text is no port. */
export function parsePort(text: string): number | undefined {
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
