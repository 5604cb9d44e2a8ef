import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { sweepJsonSchema } from "../../sweep/parse.ts";

const file = new URL("../../docs/sweep.schema.json", import.meta.url);

// UPDATE=1 npx vitest run test/sweep/schema.test.ts
test("docs/sweep.schema.json is the schema of the form that is parsed", async () => {
  const schema = `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`;
  const { UPDATE } = process.env;
  if (UPDATE === "1") await writeFile(file, schema);
  expect(await readFile(file, "utf8")).toBe(schema);
});
