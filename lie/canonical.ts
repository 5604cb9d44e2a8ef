import { type Matrix, norm, scale } from "./matrix.ts";
import { type OrthonormalBasis, orthonormalise, projectOn, rejectFrom } from "./span.ts";

/**
 * The sparsest orthonormal basis of a span: J_ij and boosts from whatever mixture of them was learned.
 *
 * Rotates the basis so that the sum of the fourth powers of all entries is largest (quartimax, Carroll
 * 1953): with the sum of squares fixed, large entries become larger and small ones vanish. Where
 * generators have no entry in common, as those of so(p,q), se(n), sl(2) and gl(n) have not, a unit member X
 * adds Σₖ κₖ⟨X, Bₖ⟩⁴, whose only maxima are ±Bₖ. Two members are turned at a time by the angle that is best
 * for them,
 *
 *   4θ = atan2(2Σuv, Σ(u² − v²)),   u = x² − y²,  v = 2xy,
 *
 * until none turns. The sum of absolute values is sparse too, but its minima are kinks, where a single
 * noisy entry is 0; fourth powers average over the large ones.
 *
 * The answer depends on the span and not on its basis: it starts from the projections of single entries
 * on the span, the longest first. Signs are such that the first large entry is positive, column by column
 * (column j is where axis j goes, so a rotation takes the earlier axis towards the later); members are
 * ordered by where their large entries are.
 *
 * @returns shape (K, d, d), orthonormal, of the same span
 */
export function canonicalBasis(basis: OrthonormalBasis): OrthonormalBasis {
  const members = projectedEntries(basis).map(({ data }) => data.slice());
  for (let sweep = 0, turned = true; sweep < MOST_SWEEPS && turned; sweep++) {
    turned = false;
    for (const [i, x] of members.entries())
      for (const y of members.slice(i + 1)) turned = sharpen(x, y) || turned;
  }
  const dim = basis[0]?.dim ?? 0;
  const signed = members.map((data) => withSign({ dim, data }));
  return orthonormalise(
    signed.toSorted((x, y) => compareSupports(largeEntries(x), largeEntries(y))),
  );
}

/**
 * An orthonormal basis made of the projections of single entries Eᵢⱼ on the span: of the entry that lies
 * nearest to the span, then of the one that leaves most when that is removed, and so on.
 */
function projectedEntries(basis: OrthonormalBasis): readonly Matrix[] {
  const dim = basis[0]?.dim ?? 0;
  const chosen: Matrix[] = [];
  for (const _ of basis) {
    const left = Float64Array.from({ length: dim * dim }, (_, at) =>
      chosen.reduce(
        (share, { data }) => share - data[at]! ** 2,
        basis.reduce((share, { data }) => share + data[at]! ** 2, 0),
      ),
    );
    const most = Math.max(...left);
    const at = left.findIndex((share) => share > most - TIE);
    const entry = { dim, data: left.map((_, e) => (e === at ? 1 : 0)) };
    const rest = rejectFrom(chosen, projectOn(basis, entry));
    chosen.push(scale(1 / norm(rest), rest));
  }
  return chosen;
}

/**
 * Turns x and y in their plane by the best angle, in place; false where that is no turn, or where no angle
 * is better than another, as for the diagonal of sl(3).
 */
function sharpen(x: Float64Array, y: Float64Array): boolean {
  let [sine, cosine, total] = [0, 0, 0];
  for (const [e, xe] of x.entries()) {
    const u = xe ** 2 - y[e]! ** 2;
    const v = 2 * xe * y[e]!;
    sine += 2 * u * v;
    cosine += u ** 2 - v ** 2;
    total += u ** 2 + v ** 2;
  }
  const angle = Math.atan2(sine, cosine) / 4;
  if (Math.abs(angle) < STILL || Math.hypot(sine, cosine) < FLAT * total) return false;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (const [e, xe] of x.entries()) {
    x[e] = c * xe + s * y[e]!;
    y[e] = c * y[e]! - s * xe;
  }
  return true;
}

/** X or −X: with the first large entry positive, column by column. */
function withSign(x: Matrix): Matrix {
  const [first] = largeEntries(x);
  return first !== undefined && x.data[transposed(first, x.dim)]! < 0 ? scale(-1, x) : x;
}

/** Places of the entries at least half as large as the largest, numbered column by column. */
function largeEntries({ dim, data }: Matrix): readonly number[] {
  const largest = data.reduce((best, entry) => Math.max(best, Math.abs(entry)), 0);
  return [...data.keys()].filter((at) => Math.abs(data[transposed(at, dim)]!) >= largest / 2);
}

/** Where entry `at`, counted by columns, is when counted by rows. */
const transposed = (at: number, dim: number) => (at % dim) * dim + Math.floor(at / dim);

function compareSupports(x: readonly number[], y: readonly number[]): number {
  const differs = x.findIndex((at, i) => at !== y[i]);
  return differs < 0 ? x.length - y.length : x[differs]! - (y[differs] ?? -1);
}

/** Angle below which a turn is rounding. */
const STILL = 1e-12;
/**
 * Share of Σ(x² + y²)² by which a turn can change the sum of fourth powers, below which a plane is flat: 1
 * where x and y can be turned to have no entry in common, 0 for the diagonal of sl(3).
 */
const FLAT = 0.1;
/** A guard: convergence is quadratic, five sweeps are usual. */
const MOST_SWEEPS = 100;
/** Shares of a span this near are equal, and the first entry is taken. */
const TIE = 1e-9;
