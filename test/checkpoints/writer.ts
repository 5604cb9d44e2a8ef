import { encodeCheckpoint, openCheckpoints } from "../../checkpoints/index.ts";
import { checkpoint } from "./samples.ts";

/**
 * A process that writes versions of one checkpoint until it is killed; it says `(` when it begins to
 * write and `)` when it has written. Every element of a version is its step, so that a mixture shows.
 */
const [url = "", key = "", first = "1"] = process.argv.slice(2);
const store = openCheckpoints(url);
for (let step = Number(first); ; step++) {
  const bytes = encodeCheckpoint(checkpoint(step, { W: new Float32Array(1_000_000).fill(step) }));
  process.stdout.write("(");
  await store.write(key, bytes);
  process.stdout.write(")");
}
