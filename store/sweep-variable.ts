/**
 * A statement with the parameter `$1` wherever it names the sweep, as psql writes a variable (`:'sweep'`) or
 * shorter (`:sweep`); every other character keeps its place, so that positions in errors are right. What only
 * looks like it stays: in strings, quoted names, comments and casts (`::sweep`).
 *
 * Of PostgreSQL's lexical rules this knows the few that can hide a colon; block comments do not nest here.
 */
export function withSweep(statement: string): { readonly text: string; readonly isNamed: boolean } {
  let isNamed = false;
  const text = statement.replace(TOKENS, (token, named: string | undefined) => {
    if (named === undefined) return token;
    isNamed = true;
    return "$1".padEnd(named.length);
  });
  return { text, isNamed };
}

const TOKENS = new RegExp(
  [
    String.raw`(:'sweep'|:sweep\b)`,
    "::",
    String.raw`[eE]'(?:[^'\\]|\\.|'')*'`,
    "'(?:[^']|'')*'",
    '"(?:[^"]|"")*"',
    String.raw`\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$`,
    String.raw`--[^\n]*`,
    String.raw`/\*[\s\S]*?\*/`,
  ].join("|"),
  "g",
);
