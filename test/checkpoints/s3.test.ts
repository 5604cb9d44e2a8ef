import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CheckpointStoreError, openCheckpoints } from "../../checkpoints/index.ts";
import { type S3Server, s3Program, startS3 } from "../support/s3-server.ts";
import { checkpointContract } from "./contract.ts";

const program = await s3Program();

if (program === undefined)
  describe("S3", () => {
    test.skip("is not tested here: its server is not installed; `npm run setup:s3` does it");
  });
else {
  let server: S3Server;
  let count = 0;
  beforeAll(async () => {
    server = await startS3(program, 3); // lists have several pages
    for (const [name, value] of Object.entries(server.credentials)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });

  checkpointContract(
    "S3",
    () =>
      Promise.resolve({
        fresh: () => server.at(count++ === 0 ? "" : `deep/prefix-${count}`),
        close: () => Promise.resolve(),
      }),
    { kills: 4, runs: 4 },
  );

  describe("checkpoints in S3", () => {
    test("of a bucket that is not there: the error says which, where, and what is needed", async () => {
      const url = server.at("x").replace("s3://checkpoints", "s3://nobodys");
      const attempt = openCheckpoints(url).read("a");
      await expect(attempt).rejects.toThrow(CheckpointStoreError);
      await expect(attempt).rejects.toThrow(/s3:\/\/nobodys\/x at http.*NoSuchBucket.*must exist/);
    });

    test("of a server that is not there are an error, not a wait", async () => {
      const store = openCheckpoints("s3://b?endpoint=http://127.0.0.1:9");
      await expect(store.list("")).rejects.toThrow(
        /s3:\/\/b at http:\/\/127.0.0.1:9 .*ECONNREFUSED/,
      );
    });
  });
}

describe("an s3:// address", () => {
  test.each([
    ["s3:///prefix", /no bucket/],
    ["s3://bucket/a?endpont=http://x", /no setting "endpont"/],
    ["s3://bucket/a?endpoint=localhost:9000", /no http\(s\) address/],
    ["s3://key:secret@bucket/a", /credentials come from the environment/],
    ["s3://bucket/a%20b", /no prefix/],
  ])("%s is refused", (url, why) => {
    expect(() => openCheckpoints(url)).toThrow(why);
  });
});
