import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Option } from "commander";
import { addresses } from "../local/index.ts";
import { sweepId } from "../sweep/index.ts";
import { ANSWER_FORMATS, type AnswerFormat, answerText } from "./answer-text.ts";
import type { CommandEntry } from "./command.ts";
import { badInput } from "./command-error.ts";
import { connectReader } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { unknownSweep } from "./known-sweep.ts";
import { openPsql } from "./psql.ts";
import { print, type Terminal } from "./terminal.ts";

export const sql: CommandEntry = {
  usage: "sql <sweep> [query]",
  summary: "ask the database in SQL: one query, or psql where there is none",
  examples: [
    "liesweep sql two-body \"select * from filtration where sweep_id = :'sweep'\"",
    "liesweep sql two-body --file question.sql --format csv > answer.csv",
    "liesweep sql two-body",
  ],
  notes: `:'sweep' stands for the name of the sweep, in psql too. A query is one statement, given here, in a file or on
stdin. It is asked as the role liesweep_reader in a transaction that may only read, with times in UTC.
docs/sql.md explains the tables and views, with questions that work.
As json an answer is an array of objects, a key for each column; NaN and infinity are null.`,
  options(command) {
    command
      .addOption(
        new Option("--format <name>", "of the answer").choices(ANSWER_FORMATS).default("table"),
      )
      .option("--file <file>", "where the query is");
  },
  async act(terminal, name, { file, format }, query) {
    const sweep = sweepId(name);
    const statement = await statementOf(terminal, query, file);
    const { url, reader } = await connectReader(await addresses(terminal.env));
    try {
      const known = await reader.ask(KNOWN, sweep);
      if (known.rows.length === 0) throw unknownSweep(sweep);
      if (statement === undefined) return await openPsql(url, sweep, terminal);
      print(terminal, answerText(await reader.ask(statement, sweep), format as AnswerFormat));
      return EXIT.ok;
    } finally {
      await reader.close();
    }
  },
};

const KNOWN = "select from sweeps where id = :'sweep'";

/** Undefined where nobody gave one and somebody sits at the keyboard. */
async function statementOf(
  { stdin }: Terminal,
  query: string,
  file: string | undefined,
): Promise<string | undefined> {
  if (query !== "" && file !== undefined)
    throw badInput("Give the query or --file, not both: which one to ask is not clear.");
  if (query === "" && file === undefined && stdin.isTTY === true) return undefined;
  const statement = query || (file === undefined ? await text(stdin) : await contentOf(file));
  if (statement.trim() !== "") return statement;
  throw badInput(`The query${file === undefined ? "" : ` in ${file}`} is empty.`);
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    throw badInput(`${file} cannot be read (${seen}).`, error);
  }
}
