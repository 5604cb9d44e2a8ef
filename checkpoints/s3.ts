import type { S3Client } from "@aws-sdk/client-s3";
import { type CheckpointStore, CheckpointStoreError } from "./checkpoint-store.ts";
import { checkKey, checkPrefix, ENDING, isKey } from "./keys.ts";

/** Where in an S3-compatible store checkpoints lie. */
export interface S3Location {
  readonly bucket: string;
  /** Before every key, without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** `http://localhost:9000`; AWS's own when undefined. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** Reads `s3://bucket/prefix?endpoint=…&region=…`. */
export function parseS3Url(text: string): S3Location {
  const refuse = (why: string) =>
    new CheckpointStoreError(
      `"${text}" names no place for checkpoints: ${why}. It is written ` +
        `s3://bucket/prefix?endpoint=https://host:port&region=name, and all after the bucket may be left out.`,
    );
  const url = parsedUrl(text);
  if (url?.protocol !== "s3:") throw refuse("it is no s3:// address");
  if (url.hostname === "") throw refuse("it has no bucket");
  if (url.username !== "" || url.password !== "" || url.port !== "" || url.hash !== "")
    throw refuse(
      "a bucket has no port, and credentials come from the environment or the AWS files, never from an address",
    );
  for (const name of url.searchParams.keys())
    if (name !== "endpoint" && name !== "region") throw refuse(`it has no setting "${name}"`);
  const endpoint = url.searchParams.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !/^https?:$/.test(parsedUrl(endpoint)?.protocol ?? ""))
    throw refuse(`its endpoint "${endpoint}" is no http(s) address`);
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  if (prefix !== "" && !isKey(prefix))
    throw refuse(
      `"${prefix}" is no prefix: names of letters, digits, ".", "_", "-", joined by "/"`,
    );
  return {
    bucket: url.hostname,
    prefix,
    endpoint,
    region: url.searchParams.get("region") ?? undefined,
  };
}

const parsedUrl = (text: string): URL | undefined =>
  URL.canParse(text) ? new URL(text) : undefined;

/**
 * Checkpoints as objects: `s3://bucket/prefix/two-body/pack-00003/000120.ckpt`, the names that the
 * folder has, so that either can be copied into the other.
 *
 * One PUT a checkpoint: an object appears whole when its last byte has arrived, or not at all. A
 * PUT may carry 5 GB (64 trials of width 512 are 0.2). Credentials come from the client's usual
 * chain: environment, AWS files, the role of a pod or machine.
 */
export function s3Checkpoints(location: S3Location): CheckpointStore {
  const { bucket, prefix: root } = location;
  const here = `s3://${[bucket, root].filter(Boolean).join("/")}`;
  const below = (path: string) => [root, path].filter(Boolean).join("/");
  const at = (key: string) => ({ Bucket: bucket, Key: `${below(key)}${ENDING}` });
  let loading: Promise<Loaded> | undefined;
  const within = async <T>(doing: string, work: (loaded: Loaded) => Promise<T>): Promise<T> => {
    loading ??= load(location);
    const loaded = await loading;
    try {
      return await work(loaded);
    } catch (error) {
      const [name, message] =
        error instanceof Error ? [error.name, error.message] : ["Error", String(error)];
      throw new CheckpointStoreError(
        `${here}${location.endpoint ? ` at ${location.endpoint}` : ""} did not let us ${doing}: ${name}: ${message}. ` +
          `The bucket must exist, and the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ` +
          `~/.aws, or a role) must allow to list it and to get, put and delete its objects.`,
        { cause: error },
      );
    }
  };

  return {
    async write(key, bytes) {
      checkKey(key);
      await within(`write ${key}`, ({ client, sdk }) =>
        client.send(new sdk.PutObjectCommand({ ...at(key), Body: bytes })),
      );
    },

    async read(key) {
      checkKey(key);
      return within(`read ${key}`, async ({ client, sdk }) => {
        try {
          const { Body } = await client.send(new sdk.GetObjectCommand(at(key)));
          return (await Body?.transformToByteArray()) ?? new Uint8Array();
        } catch (error) {
          if (error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        }
      });
    },

    async list(prefix) {
      checkPrefix(prefix);
      return within(`list ${prefix || "it"}`, async ({ client, sdk }) => {
        const inside = below(prefix);
        const query = { Bucket: bucket, ...(inside === "" ? {} : { Prefix: `${inside}/` }) };
        const keys: string[] = [];
        for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, query)) {
          for (const { Key = "" } of Contents) {
            const key = Key.slice(root === "" ? 0 : root.length + 1, -ENDING.length);
            if (Key.endsWith(ENDING) && isKey(key)) keys.push(key);
          }
        }
        return keys.sort();
      });
    },

    async remove(key) {
      checkKey(key);
      await within(`remove ${key}`, ({ client, sdk }) =>
        client.send(new sdk.DeleteObjectCommand(at(key))),
      );
    },
  };
}

type Sdk = typeof import("@aws-sdk/client-s3");

interface Loaded {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

/** The SDK takes an eighth of a second to load, so only those who keep checkpoints in S3 load it. */
async function load({ endpoint, region }: S3Location): Promise<Loaded> {
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...regionOf(endpoint, region),
    // Checkpoints carry their own checksums, and not every compatible store knows the newer headers.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_FOR_MS },
  });
  return { sdk, client };
}

/** Stores other than AWS mostly take any region, but a request cannot be signed without one. */
function regionOf(endpoint: string | undefined, region: string | undefined) {
  if (region !== undefined) return { region };
  if (endpoint === undefined) return {}; // from the client's chain
  return { region: process.env["AWS_REGION"] ?? "us-east-1" };
}

/** By default the client waits for ever, and a trainer would with it. */
const CONNECT_WITHIN_MS = 10_000;
const SILENT_FOR_MS = 60_000;
