import { type ChildProcess, spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { cacheHome } from "../../local/home.ts";
import { answers, freePort } from "../../local/ports.ts";

/**
 * Moto: an S3 server that anyone can have from PyPI. It keeps objects in memory and lists, signs and
 * refuses as S3 does; the others in reach write an object in place, so that a torn one can be read.
 */
export const S3_SERVER = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"] as const;

/** The Python environment that `npm run setup:s3` makes. */
export const s3Home = (): string => join(cacheHome(), `s3-${S3_SERVER[0].split("==")[1]}`);

/** Says that the environment is whole. */
export const s3Stamp = (): string => join(s3Home(), "installed");

/** The program, or undefined where nobody has set it up. */
export async function s3Program(): Promise<string | undefined> {
  return access(s3Stamp()).then(
    () => join(s3Home(), "bin", "moto_server"),
    () => undefined,
  );
}

export interface S3Server {
  /** `s3://bucket?endpoint=…` without a prefix: `at("a")` is the same with prefix `a`. */
  at(prefix: string): string;
  /** What the client finds its credentials in. */
  readonly credentials: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts a server on loopback with one empty bucket, which lists `pageSize` keys at a time. */
export async function startS3(program: string, pageSize: number): Promise<S3Server> {
  const port = await freePort();
  const server = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, MOTO_S3_DEFAULT_MAX_KEYS: String(pageSize) },
  });
  let said = "";
  server.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const bucket = "checkpoints";
  const [accessKeyId, secretAccessKey] = ["a-test", "of-liesweep"];
  try {
    const patience = performance.now() + START_WITHIN_MS;
    while (!(await answers(port))) {
      if (hasEnded(server) || performance.now() > patience)
        throw new Error(`The S3 server ${program} did not start. It said:\n${said}`);
      await sleep(50);
    }
    const client = new S3Client({
      endpoint,
      forcePathStyle: true,
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
  } catch (error) {
    await stop(server);
    throw error;
  }
  return {
    at: (prefix) => `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}`,
    credentials: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    stop: () => stop(server),
  };
}

const START_WITHIN_MS = 20_000;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Kills a child and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise((settle) => child.once("exit", settle));
  child.kill("SIGKILL");
  await gone;
}
