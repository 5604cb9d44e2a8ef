import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withSweep } from "../../store/sweep-variable.ts";

/** Pieces of SQL that hold no variable, whatever stands in them. */
const inert = fc.oneof(
  fc.constantFrom(
    " ",
    "select",
    "x::text",
    "a :: sweep",
    "b::sweep",
    "[1:2]",
    "\n",
    ":other",
    ":sweeps",
  ),
  fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.string().map((text) => `"${text.replaceAll('"', '""')}"`),
  fc.string().map((text) => `--${text.replaceAll("\n", "")}\n`),
  fc.string().map((text) => `/*${text.replaceAll("*/", "")} */`),
  fc.string().map((text) => `$tag$${text.replaceAll("$", "")}$tag$`),
  fc.constantFrom("'it is :sweep'", "e'\\':sweep'", '":sweep"', "-- :sweep\n", "/* :'sweep' */"),
);

const pieces = fc.array(fc.oneof(inert, fc.constantFrom(":'sweep'", ":sweep")));

describe("the name of the sweep in a statement", () => {
  it("is a parameter wherever it is code, and everything else stays in its place", () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const named = parts.map((part) => part === ":sweep" || part === ":'sweep'");
        const expected = parts.map((part, i) => (named[i] ? "$1".padEnd(part.length) : part));
        expect(withSweep(parts.join(" "))).toEqual({
          text: expected.join(" "),
          isNamed: named.includes(true),
        });
      }),
    );
  });
});
