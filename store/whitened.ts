import { embed, norm, scale, toWhitened, whiteningOf } from "../lie/index.ts";
import type { SweepId } from "../sweep/index.ts";
import { arrayLiteral } from "./database.ts";
import type { Prisma } from "./generated/client.ts";

/**
 * A matrix (n, n) in the whitened coordinates of the data of a sweep, (rank, rank) and of unit length, as PostgreSQL's text:
 * what the view `agreement` takes angles of. Matrices of all n compare there. Null where the data have no size, or too
 * many dimensions for their whitened matrices to be worth their room.
 */
export type Whiten = (entries: Float64Array) => string | null;

export async function whitenFor(
  prisma: Pick<Prisma.TransactionClient, "sweep">,
  sweep: SweepId,
): Promise<Whiten> {
  const row = await prisma.sweep.findUnique({
    where: { id: sweep },
    select: { dataset: { select: { dimension: true, rank: true, secondMoment: true } } },
  });
  const { dimension = 0, rank = 0, secondMoment = [] } = row?.dataset ?? {};
  if (rank > LARGEST_RANK || secondMoment.every((entry) => entry === 0)) return () => null;
  const whitening = whiteningOf(Float64Array.from(secondMoment), dimension);
  return (entries) => {
    const block = { dim: Math.sqrt(entries.length), data: entries };
    const matrix = toWhitened(whitening, embed(block, dimension));
    const length = norm(matrix);
    return arrayLiteral((length > 0 ? scale(1 / length, matrix) : matrix).data);
  };
}

/** 8 KiB a direction, which PostgreSQL keeps out of the row; a sweep may have 30,000 of them. */
const LARGEST_RANK = 32;
