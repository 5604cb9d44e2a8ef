import { type Database, transaction } from "./database.ts";
import { endTrials } from "./endings.ts";
import { saveGenerators, saveReports } from "./reports.ts";
import type { Claim, PackRun } from "./sweep-store.ts";

/**
 * One commit a run, which waits for the disk once. The first statement locks the claim's trials, so that
 * what it was refused is what all are refused.
 */
export async function saveRun(
  { pool }: Database,
  claim: Claim,
  { reports, generators, endings }: PackRun,
): Promise<readonly number[]> {
  return transaction(pool, async (client) => {
    const refused = await saveReports(client, claim, reports);
    await saveGenerators(client, claim, generators);
    const late = endings.length > 0 ? await endTrials(client, claim, endings) : [];
    return [...new Set([...refused, ...late])];
  });
}
