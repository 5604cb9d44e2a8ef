import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/main.ts";
import { liesweep, widest } from "./captured-terminal.ts";

const names = COMMANDS.map(({ usage }) => usage.split(" ")[0] ?? "");

describe("help", () => {
  it("lists every command", async () => {
    const { code, out } = await liesweep({}, "--help");
    expect(code).toBe(0);
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(out).toContain("Exit codes: 0");
  });

  it.each(names)("of %s has an example that begins with it", async (name) => {
    const { code, out, err } = await liesweep({}, name, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`Examples?:\n  liesweep ${name}\\b`));
  });

  it("says what the JSON of a command looks like wherever there is some", async () => {
    for (const name of names) {
      const { out } = await liesweep({}, name, "--help");
      expect(out.includes("--json")).toBe(out.includes("JSON: "));
    }
  });

  it("is the answer to no command, which is bad input", async () => {
    const { code, err } = await liesweep({});
    expect(code).toBe(2);
    expect(err).toContain("Usage: liesweep");
  });

  it.each([
    ["an unknown command", ["swep"]],
    ["an unknown option", ["list", "--jsn"]],
    ["a missing argument", ["show"]],
    ["slots that are no count", ["worker", "--slots", "0"]],
    ["an address of metrics without a port", ["worker", "--metrics", "localhost"]],
    ["an engine there is not", ["worker", "--engine", "torch"]],
    ["a tolerance that is no share", ["select", "two-body", "--tolerance", "1"]],
    ["a displacement that is no number", ["select", "two-body", "--displacement", "far"]],
  ])("is not needed to see what is wrong with %s", async (_, argv) => {
    const { code, out, err } = await liesweep({}, ...argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^error: /);
    expect(widest(err)).toBeLessThan(120);
  });

  it("has the version of the package", async () => {
    const { code, out } = await liesweep({}, "--version");
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
