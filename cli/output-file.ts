import { writeFile } from "node:fs/promises";
import { badInput } from "./command-error.ts";

/** Replaces what is there. @throws CommandError where the file cannot be written */
export async function writeOutput(output: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(output, content);
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    throw badInput(`${output} cannot be written (${seen}). Name another file with -o.`, error);
  }
}
