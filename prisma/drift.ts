import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlQuery,
} from "@prisma/driver-adapter-utils";
import * as wasm from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { migrate } from "../store/migrate.ts";

const SCHEMA = fileURLToPath(new URL("schema.prisma", import.meta.url));
const ENGINE = createRequire(import.meta.url)
  .resolve("@prisma/schema-engine-wasm")
  .replace(/\.js$/, "_bg.wasm");

/** As much of it as is used: its types come with the DOM's, which nothing else here needs. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(
      bytes: Uint8Array,
      imports: Readonly<Record<string, object>>,
    ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
  };
};

/**
 * The SQL that would take the migrations to schema.prisma, undefined if they agree: `prisma migrate diff`,
 * offline. It also writes the next migration.
 *
 * Works in a scratch database beside the one of `adminUrl`, dropped afterwards. Blind to what Prisma
 * does not model: checks, views, comments, partial indexes, roles.
 */
export async function schemaDrift(adminUrl: string): Promise<string | undefined> {
  const admin = new pg.Pool({ connectionString: adminUrl, max: 1 });
  const database = `drift_${process.pid}_${Date.now()}`;
  try {
    await admin.query(`create database ${database}`);
    const url = new URL(adminUrl);
    url.pathname = database;
    const scratch = new pg.Pool({ connectionString: url.href });
    try {
      await migrate(scratch);
      return await difference(scratch);
    } finally {
      await scratch.end();
      await admin.query(`drop database ${database}`);
    }
  } finally {
    await admin.end();
  }
}

async function difference(pool: pg.Pool): Promise<string | undefined> {
  const content = await readFile(SCHEMA, "utf8");
  const files = [{ path: "schema.prisma", content }];
  const { instance } = await WebAssembly.instantiate(await readFile(ENGINE), {
    "./schema_engine_bg.js": { ...wasm },
  });
  wasm.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const engine = await wasm.SchemaEngine.new(
    { datamodels: [["schema.prisma", content]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(catalogueReader(pool)),
  );
  const { exitCode, stdout } = await engine.diff({
    from: { tag: "schemaDatasource", files, configDir: "." },
    to: { tag: "schemaDatamodel", files },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 0 ? undefined : (stdout ?? "");
}

/** OIDs of PostgreSQL's `"char"` and `text`. */
const [CHAR, TEXT] = [18, 25];

interface RawResult {
  readonly fields: { dataTypeID: number }[];
}

/** `PrismaPg`, able to read PostgreSQL's own "char" columns, which it refuses (prisma/orm#27403). */
function catalogueReader(pool: pg.Pool) {
  const factory = new PrismaPg(pool);
  const connect = async (): Promise<SqlDriverAdapter> => {
    const adapter = (await factory.connect()) as unknown as SqlDriverAdapter & {
      performIO(query: SqlQuery): Promise<RawResult>;
    };
    const queryRaw = async (query: SqlQuery) => {
      const chars: number[] = [];
      const performIO = async (inner: SqlQuery) => {
        const result = await adapter.performIO(inner);
        for (const [i, field] of result.fields.entries())
          if (field.dataTypeID === CHAR) {
            chars.push(i);
            field.dataTypeID = TEXT;
          }
        return result;
      };
      const mended = Object.create(adapter, { performIO: { value: performIO } }) as typeof adapter;
      const result = await adapter.queryRaw.call(mended, query);
      for (const i of chars) result.columnTypes[i] = ColumnTypeEnum.Character;
      return result;
    };
    return Object.create(adapter, { queryRaw: { value: queryRaw } }) as SqlDriverAdapter;
  };
  return {
    provider: "postgres" as const,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: connect,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { DATABASE_URL: url } = process.env;
  if (url === undefined)
    throw new Error("Set DATABASE_URL to a server that may create a database.");
  const drift = await schemaDrift(url);
  process.stdout.write(drift ?? "The migrations and schema.prisma agree.\n");
  process.exitCode = drift === undefined ? 0 : 2;
}
