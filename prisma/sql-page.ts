import type pg from "pg";

/** What can be asked of a database: its pool, or one connection. */
type Session = Pick<pg.Pool, "query">;

/** The tables as a Mermaid diagram, with what a row of each is. */
export async function schemaText(session: Session): Promise<string> {
  const { rows: tables } = await session.query<Table>(TABLES);
  const { rows: references } = await session.query<Reference>(REFERENCES);
  const boxes = tables.flatMap(({ name, columns }) => [
    `  ${name} {`,
    ...columns.map(({ name, type, keys }) => `    ${[type, name, keys].filter(Boolean).join(" ")}`),
    "  }",
  ]);
  const lines = references.map(
    ({ from, to, columns, optional }) =>
      `  ${to} ${optional ? "|o" : "||"}--o{ ${from} : "${columns}"`,
  );
  return [
    ...["```mermaid", "erDiagram", ...lines, ...boxes, "```", ""],
    ...markdownTable(
      ["table", "a row is"],
      tables.map(({ name, meaning }) => [`\`${name}\``, meaning]),
    ),
  ].join("\n");
}

/** What a view is and what its columns mean, in the words of the database. */
export async function viewText(session: Session, view: string): Promise<string> {
  const { rows } = await session.query<Column>(VIEW_COLUMNS, [view]);
  return [
    rows[0]?.about ?? "",
    "",
    ...markdownTable(
      ["column", "type", "meaning"],
      rows.map(({ name, type, meaning }) => [`\`${name}\``, type, meaning]),
    ),
  ].join("\n");
}

/** Columns and types of every published view, each in the order of the database. */
export async function publishedViews(session: Session): Promise<Views> {
  const { rows } = await session.query<Published>(PUBLISHED);
  return Object.fromEntries(
    rows.map(({ view, columns, types }) => [
      view,
      Object.fromEntries(columns.map((column, i) => [column, types[i] ?? ""])),
    ]),
  );
}

/** By view, then by column: its type. */
export type Views = Readonly<Record<string, Readonly<Record<string, string>>>>;

const markdownTable = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
  [titles, titles.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );

interface Table {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly keys: string | null;
  }[];
}

/** Types by their short names, which have no blanks: a word is all that the diagram takes. */
const TABLES = `
  select c.relname as name, obj_description(c.oid, 'pg_class') as meaning,
         jsonb_agg(jsonb_build_object(
           'name', a.attname,
           'type', case t.typcategory when 'A' then e.typname || '[]' else t.typname end,
           'keys', (
             select string_agg(distinct case k.contype when 'p' then 'PK' else 'FK' end, ', ' order by
                               case k.contype when 'p' then 'PK' else 'FK' end desc)
             from pg_constraint k
             where k.conrelid = c.oid and k.contype in ('p', 'f') and a.attnum = any (k.conkey)
           )) order by a.attnum) as columns
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_type e on e.oid = t.typelem
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_prisma_migrations'
  group by c.oid, c.relname
  order by c.oid`;

interface Reference {
  readonly from: string;
  readonly to: string;
  readonly columns: string;
  readonly optional: boolean;
}

const REFERENCES = `
  select k.conrelid::regclass::text as from, k.confrelid::regclass::text as to,
         string_agg(a.attname, ', ' order by a.attnum) as columns, bool_or(not a.attnotnull) as optional
  from pg_constraint k
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
  where k.connamespace = 'public'::regnamespace and k.contype = 'f'
  group by k.oid, k.conrelid, k.confrelid
  order by k.confrelid, k.conrelid`;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
  readonly about: string;
}

const VIEW_COLUMNS = `
  select attname as name, format_type(atttypid, atttypmod) as type,
         col_description(attrelid, attnum) as meaning, obj_description(attrelid, 'pg_class') as about
  from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum`;

interface Published {
  readonly view: string;
  readonly columns: readonly string[];
  readonly types: readonly string[];
}

const PUBLISHED = `
  select c.relname as view, array_agg(a.attname::text order by a.attnum) as columns,
         array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
  group by c.oid, c.relname order by c.oid`;
