import { defineConfig } from "prisma/config";

const { DATABASE_URL, PRISMA_SCHEMA_ENGINE_BINARY = process.execPath } = process.env;

// These commands never run the schema engine, yet the CLI would download it first.
if (["generate", "validate", "format"].includes(process.argv[2] ?? ""))
  Object.assign(process.env, { PRISMA_SCHEMA_ENGINE_BINARY });

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: DATABASE_URL ?? "postgresql://localhost/unused" },
});
