import type { DatasetFacts, Holding, Level } from "../sweep/index.ts";
import type { Space } from "./evidence.ts";

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

export const degrees = (sine: number): string =>
  `${((Math.asin(Math.min(1, sine)) * 180) / Math.PI).toFixed(1)}°`;

/** `so(2), dimension 1, on blocks of 2: of the law exact; of the map exact.` */
export function holdingWords(level: Level): string {
  const { name, dimension, groupDimension, law, map, score } = level;
  return (
    `${name}, dimension ${dimension}, acting on blocks of ${groupDimension}, scores ${score.toFixed(4)} ` +
    "where the identity scores 0 and a random motion 1. " +
    `The law of the data ${heldBy(law)}` +
    (map === undefined ? "." : `; the map from x to y ${heldBy(map)}.`)
  );
}

const heldBy = ({ exact, range }: Holding): string =>
  exact
    ? `keeps it exactly, as far as these data can tell (to displacement ${range})`
    : range > 0
      ? `keeps it approximately, unnoticed up to displacement ${range}`
      : "keeps it only roughly: it is noticed at every displacement tested";

/** What a reader must know who takes the first level for more than it is. */
export function closingWords(level: Level, dataset: DatasetFacts, space: Space): readonly string[] {
  const words: string[] = [];
  const { rank } = space.whiteningOf(level.groupDimension);
  if (rank > 2 && level.dimension === (rank * (rank - 1)) / 2 && level.map === undefined)
    words.push(
      `These are all rotations of ${rank} whitened dimensions: every Gaussian law has them, and y says nothing about x, so the finding is uninformative.`,
    );
  if (dataset.rank < dataset.dimension)
    words.push(
      `The data fill ${dataset.rank} of ${dataset.dimension} dimensions; a generator is known on those alone.`,
    );
  return words;
}
