import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network between two programs that can be cut, or fall silent. */
export interface Network {
  readonly port: number;
  /** Resets every connection there is; new ones are let through. */
  cut(): void;
  /** For so long nobody answers at the port, and connections there were are reset. */
  away(ms: number): Promise<void>;
  /** For so long nothing passes in either direction, and nobody is told. */
  silence(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Passes connections on to `port` of this machine. */
export async function networkTo(port: number): Promise<Network> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined); // an end is told by "close"
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const { port: here } = server.address() as AddressInfo;
  return {
    port: here,
    cut,
    async away(ms) {
      server.close();
      cut();
      await once(server, "close");
      await new Promise((resolve) => setTimeout(resolve, ms));
      server.listen(here, "127.0.0.1");
      await once(server, "listening");
    },
    async silence(ms) {
      const held = [...sockets];
      for (const socket of held) socket.pause();
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (const socket of held) socket.resume();
    },
    async close() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}
