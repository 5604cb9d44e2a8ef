import { encodeModel } from "./schema.ts";

/** The name of a tensor in a graph. */
export type Value = string;

/** A size, or the name of one that is known only when the graph runs. */
export type Dim = number | string;

const ELEMENT = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type Element = keyof typeof ELEMENT;

const ATTRIBUTE = { float: 1, int: 2, graph: 5, ints: 7 } as const;
type Attribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly graph: Graph };

export interface Product {
  /** Use aᵀ. */
  readonly transposeA?: boolean;
  /** Use bᵀ. */
  readonly transposeB?: boolean;
}

/**
 * An ONNX graph under construction. Every method adds a node and returns the name of its output, so
 * that code reads as the formula it builds. A body of a `Loop` shares its parent's constants.
 */
export class Graph {
  private readonly nodes: object[] = [];
  private readonly inputs: object[] = [];
  private readonly outputs: object[] = [];
  private readonly initializers: object[] = [];
  private readonly constants = new Map<string, Value>();
  private readonly parent: Graph | undefined;
  private named = 0;

  constructor(parent?: Graph) {
    this.parent = parent;
  }

  private get root(): Graph {
    return this.parent ?? this;
  }

  /** Adds a node of any operator with `outputs` results. */
  nodeOf(
    operator: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputs = 1,
    domain = "",
  ): Value[] {
    const results = Array.from({ length: outputs }, () => `${operator}_${this.root.named++}`);
    this.nodes.push({
      input: inputs,
      output: results,
      name: results[0],
      opType: operator,
      domain,
      attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
    });
    return results;
  }

  node(
    operator: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): Value {
    return this.nodeOf(operator, inputs, attributes, 1, domain)[0] as Value;
  }

  input(name: Value, element: Element, dims: readonly Dim[]): Value {
    this.inputs.push(valueInfo(name, element, dims));
    return name;
  }

  /** Declares `value` as a result of the graph, under a name of its own when one is given. */
  output(value: Value, element: Element, dims: readonly Dim[], name?: string): void {
    if (name !== undefined)
      this.nodes.push({ input: [value], output: [name], name, opType: "Identity" });
    this.outputs.push(valueInfo(name ?? value, element, dims));
  }

  floats(dims: readonly number[], values: ArrayLike<number>): Value {
    return this.root.initializer("float", dims, Float32Array.from(values));
  }

  scalar(value: number): Value {
    return this.root.constant(`f${value}`, () => this.floats([], [value]));
  }

  integers(values: readonly number[]): Value {
    return this.root.constant(`i${values.join()}`, () =>
      this.root.initializer("int64", [values.length], BigInt64Array.from(values.map(BigInt))),
    );
  }

  /** One integer, to gather a row with. */
  index(value: number): Value {
    return this.root.constant(`n${value}`, () =>
      this.root.initializer("int64", [], BigInt64Array.of(BigInt(value))),
    );
  }

  private constant(key: string, make: () => Value): Value {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.constants.set(key, value);
    return value;
  }

  private initializer(element: Element, dims: readonly number[], data: NodeJS.TypedArray): Value {
    const name = `constant_${this.named++}`;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push({ name, dims, dataType: ELEMENT[element], rawData });
    return name;
  }

  add = (a: Value, b: Value): Value => this.node("Add", [a, b]);
  sub = (a: Value, b: Value): Value => this.node("Sub", [a, b]);
  mul = (a: Value, b: Value): Value => this.node("Mul", [a, b]);
  div = (a: Value, b: Value): Value => this.node("Div", [a, b]);
  sqrt = (a: Value): Value => this.node("Sqrt", [a]);
  neg = (a: Value): Value => this.node("Neg", [a]);
  abs = (a: Value): Value => this.node("Abs", [a]);
  softplus = (a: Value): Value => this.node("Softplus", [a]);
  sigmoid = (a: Value): Value => this.node("Sigmoid", [a]);

  /** c·a. */
  scale = (a: Value, c: number): Value => this.mul(a, this.scalar(c));

  /** Σ cᵢ aᵢ. */
  combine(...terms: readonly (readonly [number, Value])[]): Value {
    return terms
      .map(([c, a]) => (c === 1 ? a : this.scale(a, c)))
      .reduce((sum, term) => this.add(sum, term));
  }

  /** −1, 0 or 1 by clipping a steep line: `Sign` has no WebGPU kernel. */
  sign = (a: Value): Value => this.clip(this.scale(a, 1e30), -1, 1);

  clip = (a: Value, low: number, high: number): Value =>
    this.node("Clip", [a, this.scalar(low), this.scalar(high)]);

  reshape = (a: Value, dims: readonly number[]): Value =>
    this.node("Reshape", [a, this.integers(dims)]);

  transpose = (a: Value, perm: readonly number[]): Value =>
    this.node("Transpose", [a], { perm: { ints: perm } });

  concat = (parts: readonly Value[], axis: number): Value =>
    this.node("Concat", parts, { axis: { int: axis } });

  split = (a: Value, axis: number, sizes: readonly number[]): Value[] =>
    this.nodeOf("Split", [a, this.integers(sizes)], { axis: { int: axis } }, sizes.length);

  slice = (a: Value, axis: number, from: number, to: number): Value =>
    this.node("Slice", [a, this.integers([from]), this.integers([to]), this.integers([axis])]);

  gather = (a: Value, indices: Value): Value =>
    this.node("Gather", [a, indices], { axis: { int: 0 } });

  /** Sum over `axes`, which stay with size 1 unless `drop`. */
  sum = (a: Value, axes: readonly number[], drop = false): Value =>
    this.node("ReduceSum", [a, this.integers(axes)], { keepdims: { int: drop ? 0 : 1 } });

  /**
   * Batched matrix product. Transposes are separate nodes: ONNX Runtime fuses them on the CPU, and
   * its own fused operator has no WebGPU kernel.
   */
  matmul(a: Value, b: Value, { transposeA, transposeB }: Product = {}): Value {
    const swap = [0, 2, 1];
    return this.node("MatMul", [
      transposeA ? this.transpose(a, swap) : a,
      transposeB ? this.transpose(b, swap) : b,
    ]);
  }

  proto(name: string): object {
    return {
      name,
      node: this.nodes,
      input: this.inputs,
      output: this.outputs,
      initializer: this.initializers,
    };
  }

  model(): Uint8Array {
    return encodeModel({
      irVersion: 9,
      producerName: "liesweep",
      graph: this.proto("step"),
      opsetImport: [{ domain: "", version: 18 }],
    });
  }
}

function encodeAttribute(name: string, value: Attribute): object {
  if ("float" in value) return { name, f: value.float, type: ATTRIBUTE.float };
  if ("int" in value) return { name, i: value.int, type: ATTRIBUTE.int };
  if ("ints" in value) return { name, ints: value.ints, type: ATTRIBUTE.ints };
  return { name, g: value.graph.proto("body"), type: ATTRIBUTE.graph };
}

function valueInfo(name: Value, element: Element, dims: readonly Dim[]): object {
  const dim = dims.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: ELEMENT[element], shape: { dim } } } };
}
