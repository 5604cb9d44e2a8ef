import { SQUARINGS, TAYLOR8 } from "../../liegan/index.ts";
import type { Graph, Value } from "./graph.ts";

export interface GroupElement {
  /** g, (T, n, n, B). */
  readonly value: Value;
  /** From ∂ℓ/∂g to ∂ℓ/∂X, both (T, n, n, B). */
  pullBack(gradient: Value): Value;
}

/**
 * g = exp(X) for T·B small matrices with samples as the last axis, and its adjoint derived by hand.
 *
 * A product of matrices this small is a broadcast multiplication and a sum: batched `MatMul` pays a
 * call per matrix, this one pays none.
 *
 * @param exponent - X/2ˢ with s = SQUARINGS, shape (T, n, n, B)
 */
export function groupElement(
  g: Graph,
  exponent: Value,
  [T, n, B]: readonly [number, number, number],
): GroupElement {
  const { x1, x2, x3, x4, x5, x6, x7, y2 } = TAYLOR8;
  const rows = (a: Value) => g.reshape(a, [T, n, n, 1, B]);
  const XY = (x: Value, y: Value) =>
    g.sum(g.mul(rows(x), g.reshape(y, [T, 1, n, n, B])), [2], true);
  const XtY = (x: Value, y: Value) =>
    g.sum(g.mul(rows(x), g.reshape(y, [T, n, 1, n, B])), [1], true);
  const XYt = (x: Value, y: Value) =>
    g.sum(g.mul(g.reshape(x, [T, n, 1, n, B]), g.reshape(y, [T, 1, n, n, B])), [3], true);
  const identity = (c: number) =>
    g.floats(
      [1, n, n, 1],
      Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? c : 0)),
    );

  const A = exponent;
  const A2 = XY(A, A);
  const q = g.combine([x1, A], [x2, A2]);
  const A4 = XY(A2, q);
  const l = g.combine([x3, A2], [1, A4]);
  const r = g.add(g.combine([x5, A], [x6, A2], [x7, A4]), identity(x4));
  const powers = [g.add(g.combine([1, A], [y2, A2], [1, XY(l, r)]), identity(1))];
  for (let i = 0; i < SQUARINGS; i++) powers.push(XY(powers[i]!, powers[i]!));

  return {
    value: powers[SQUARINGS]!,
    pullBack(gradient) {
      let E = gradient;
      for (let i = SQUARINGS - 1; i >= 0; i--) E = g.add(XYt(E, powers[i]!), XtY(powers[i]!, E));
      const dl = XYt(E, r);
      const dr = XtY(l, E);
      const dA4 = g.combine([1, dl], [x7, dr]);
      const dq = XtY(A2, dA4);
      const dA2 = g.combine([y2, E], [x3, dl], [x6, dr], [1, XYt(dA4, q)], [x2, dq]);
      return g.combine([1, E], [x5, dr], [x1, dq], [1, XYt(dA2, A)], [1, XtY(A, dA2)]);
    },
  };
}
