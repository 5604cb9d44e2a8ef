import { readFileSync } from "node:fs";
import type { Carried } from "./carried.ts";

/** A module of Python's standard library alone: the first level's basis, exponential, brackets, random elements. */
export const pythonOf = (carried: Carried): string => moduleOf("group.py", carried);

/** A module with a `Group` of the package `emlp` that the first level's basis spans. */
export const emlpOf = (carried: Carried): string => moduleOf("emlp_group.py", carried);

/** One of `python/`, whose empty constants are filled in. */
function moduleOf(file: string, carried: Carried): string {
  const { levels, ...facts } = carried;
  const [first] = levels;
  if (first === undefined) throw new Error("a verdict that found a group has a level");
  const { basis, ...level } = first;
  const title = `${level.name}, level ${level.level} of the sweep ${facts.sweep}; written by liesweep ${facts.version}.`;
  const template = readFileSync(new URL(`python/${file}`, import.meta.url), "utf8");
  return template
    .replace("TITLE", () => title)
    .replace("METADATA = {}", () => `METADATA = ${literal({ ...facts, ...level }, "")}`)
    .replace("BASIS = []", () => `BASIS = ${matricesText(basis)}`);
}

const matricesText = (basis: Carried["levels"][number]["basis"]): string =>
  `[\n${basis.map((rows) => `    [\n${rows.map((row) => `        [${row.map(floatText).join(", ")}],\n`).join("")}    ],\n`).join("")}]`;

/** What has no point would be an integer in Python, and an array of those an array of integers. */
const floatText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);

/** A JSON value as Python writes it; objects a key a line. */
function literal(value: unknown, indent: string): string {
  if (value === null || Number.isNaN(value)) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const lines = Object.entries(value).map(
    ([key, each]) => `${inner}${JSON.stringify(key)}: ${literal(each, inner)},\n`,
  );
  return `{\n${lines.join("")}${indent}}`;
}
