import type { Tensor } from "@tensorflow/tfjs";
import { LEAK } from "../../liegan/index.ts";
import type { Tf } from "./namespace.ts";

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What tfjs-node's backend can do beside being a backend: any operator of TensorFlow, by its name. */
interface NodeBackend {
  readonly binding: Readonly<Record<`TF_${string}`, number>>;
  executeSingleOutput(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
  ): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

interface Product {
  /** Use aᵀ. */
  readonly transposeA?: boolean;
  /** Use bᵀ. */
  readonly transposeB?: boolean;
}

/** A parameter of TensorFlow that is changed in place. */
export type Variable = Tensor & { readonly variable: true };

/** A parameter and its moments, of one shape. */
export interface Trained<V> {
  readonly parameter: V;
  readonly momentum: V;
  readonly variance: V;
}

/** One step of Adam: see {@link Kernels.adam}. */
export interface AdamMove {
  readonly beta1: number;
  readonly beta2: number;
  /** α of each trial, with the corrections of both moments in it, (T). */
  readonly rates: Float32Array;
  /** ε of each trial, with that of the second moment in it, (T). */
  readonly epsilons: Float32Array;
}

/**
 * TensorFlow's kernels by name, past tfjs's checks and its tape, which are half of what a small call
 * costs. The methods are called as those of the onnx engine's `Graph`, so that both steps read alike.
 *
 * Constants cross to TensorFlow once and stay until {@link Kernels.close}; results belong to the
 * `tf.tidy` around the call.
 */
export class Kernels {
  private readonly tf: Tf;
  private readonly backend: NodeBackend;
  private readonly constants: Tensor[] = [];
  private readonly known = new Map<string, Tensor>();
  private readonly attributes: ReturnType<typeof attributesOf>;

  constructor(tf: Tf) {
    this.tf = tf;
    this.backend = tf.backend() as unknown as NodeBackend;
    this.attributes = attributesOf(this.backend.binding);
  }

  private run(name: string, attributes: readonly Attribute[], ...inputs: Tensor[]): Tensor {
    return this.backend.executeSingleOutput(name, attributes, inputs);
  }

  /** An operator without a result. */
  private act(name: string, attributes: readonly Attribute[], ...inputs: Tensor[]): void {
    this.backend.executeMultipleOutputs(name, attributes, inputs, 0);
  }

  private elementwise(name: string, ...inputs: Tensor[]): Tensor {
    return this.backend.executeSingleOutput(name, this.attributes.float, inputs);
  }

  private constant(make: () => Tensor): Tensor {
    const value = this.tf.keep(make());
    this.constants.push(value);
    return value;
  }

  private once(key: string, make: () => Tensor): Tensor {
    let value = this.known.get(key);
    if (value === undefined) {
      value = this.constant(make);
      this.known.set(key, value);
    }
    return value;
  }

  /** A constant. */
  floats = (dims: readonly number[], values: ArrayLike<number>): Tensor =>
    this.constant(() => this.tf.tensor(Float32Array.from(values), [...dims]));

  scalar = (value: number): Tensor => this.once(`f${value}`, () => this.tf.scalar(value));

  private axis = (value: number): Tensor =>
    this.once(`n${value}`, () => this.tf.scalar(value, "int32"));

  private integers = (values: readonly number[]): Tensor =>
    this.once(`i${values.join()}`, () => this.tf.tensor1d([...values], "int32"));

  add = (a: Tensor, b: Tensor): Tensor => this.elementwise("AddV2", a, b);
  sub = (a: Tensor, b: Tensor): Tensor => this.elementwise("Sub", a, b);
  mul = (a: Tensor, b: Tensor): Tensor => this.elementwise("Mul", a, b);
  div = (a: Tensor, b: Tensor): Tensor => this.elementwise("RealDiv", a, b);
  maximum = (a: Tensor, b: Tensor): Tensor => this.elementwise("Maximum", a, b);
  sqrt = (a: Tensor): Tensor => this.elementwise("Sqrt", a);
  neg = (a: Tensor): Tensor => this.elementwise("Neg", a);
  abs = (a: Tensor): Tensor => this.elementwise("Abs", a);
  sign = (a: Tensor): Tensor => this.elementwise("Sign", a);
  exp = (a: Tensor): Tensor => this.elementwise("Exp", a);
  softplus = (a: Tensor): Tensor => this.elementwise("Softplus", a);
  sigmoid = (a: Tensor): Tensor => this.elementwise("Sigmoid", a);

  /** φ = LeakyReLU. */
  leaky = (a: Tensor): Tensor => this.run("LeakyRelu", this.attributes.leak, a);

  /** g φ′(a), read from h = φ(a), which has a's sign. */
  leakyGradient = (g: Tensor, h: Tensor): Tensor =>
    this.run("LeakyReluGrad", this.attributes.leak, g, h);

  /** c·a. */
  scale = (a: Tensor, c: number): Tensor => this.mul(a, this.scalar(c));

  /** Σ cᵢ aᵢ. */
  combine(...terms: readonly (readonly [number, Tensor])[]): Tensor {
    const scaled = terms.map(([c, a]) => (c === 1 ? a : this.scale(a, c)));
    return scaled.length === 2
      ? this.add(scaled[0]!, scaled[1]!)
      : this.run("AddN", this.attributes.count(scaled.length), ...scaled);
  }

  /** The same tensor, where it has these dims already. */
  reshape = (a: Tensor, dims: readonly number[]): Tensor =>
    a.shape.length === dims.length && a.shape.every((size, i) => size === dims[i])
      ? a
      : this.run("Reshape", this.attributes.reshape, a, this.integers(dims));

  concat = (parts: readonly Tensor[], axis: number): Tensor =>
    this.run("ConcatV2", this.attributes.concat(parts.length), ...parts, this.axis(axis));

  /** The part of these dims that begins at `from`, or where `a` begins. */
  slice = (a: Tensor, dims: readonly number[], from = dims.map(() => 0)): Tensor =>
    this.run("Slice", this.attributes.slice, a, this.integers(from), this.integers(dims));

  /** Sum over `axes`, which stay with size 1. */
  sum = (a: Tensor, axes: readonly number[]): Tensor =>
    this.run("Sum", this.attributes.sum, a, this.integers(axes));

  /** Sum over `axes` of a∘b, which is freed at once: it may be n times as large as either. */
  contract(a: Tensor, b: Tensor, axes: readonly number[]): Tensor {
    const product = this.mul(a, b);
    const sum = this.sum(product, axes);
    product.dispose();
    return sum;
  }

  /** A result without what was made on the way to it, which is freed at once. */
  alone = (make: () => Tensor): Tensor => this.tf.tidy(make);

  /** Batched matrix product. */
  matmul = (a: Tensor, b: Tensor, { transposeA, transposeB }: Product = {}): Tensor =>
    this.run(
      "BatchMatMulV2",
      this.attributes.products[(transposeA ? 1 : 0) + (transposeB ? 2 : 0)]!,
      a,
      b,
    );

  /** A variable that begins with a value. {@link destroy} frees it. */
  variable(begin: () => Tensor): Variable {
    return this.tf.tidy(() => {
      const value = begin();
      const handle = this.run("VarHandleOp", this.attributes.variable(value.shape));
      this.act("AssignVariableOp", this.attributes.dtype, handle, value);
      return this.tf.keep(handle) as Variable;
    });
  }

  /** What a variable holds now. While the result lives, a change of the variable copies it first. */
  read = (variable: Variable): Tensor =>
    this.run("ReadVariableOp", this.attributes.dtype, variable);

  destroy(variable: Variable): void {
    this.act("DestroyResourceOp", this.attributes.destroy, variable);
    variable.dispose();
  }

  /**
   * m ← β₁m + (1−β₁)∇, v ← β₂v + (1−β₂)∇², p ← p − α m / (√v + ε), in place; all (T, …, …).
   *
   * TensorFlow's own kernel does it in one pass over memory, and takes one α and one ε for all trials.
   * Where they differ it moves the moments alone, and p moves by the same operations one by one: to the
   * same bits, at the price of five more passes. Its own corrections are in float32 and leave ε as it is;
   * powers of β given as 0 turn them off.
   */
  adam(
    { parameter, momentum, variance }: Trained<Variable>,
    gradient: Tensor,
    { beta1, beta2, rates, epsilons }: AdamMove,
  ): void {
    const [off, betas] = [this.scalar(0), [this.scalar(beta1), this.scalar(beta2)]];
    const fused = (alpha: Tensor, floor: Tensor) => {
      this.act(
        "ResourceApplyAdam",
        this.attributes.adam,
        ...[parameter, momentum, variance, off, off, alpha, ...betas, floor, gradient],
      );
    };
    if (allEqual(rates) && allEqual(epsilons)) {
      fused(this.tf.scalar(rates[0]!), this.tf.scalar(epsilons[0]!));
      return;
    }
    fused(off, this.scalar(1));
    const perTrial = (values: Float32Array) => this.tf.tensor(values, [values.length, 1, 1]);
    const move = this.alone(() => {
      const root = this.sqrt(this.read(variance));
      const scaled = this.mul(this.read(momentum), perTrial(rates));
      return this.div(scaled, this.add(root, perTrial(epsilons)));
    });
    this.act("AssignSubVariableOp", this.attributes.dtype, parameter, move);
    move.dispose();
  }

  close(): void {
    for (const constant of this.constants) constant.dispose();
  }
}

const allEqual = (values: Float32Array): boolean => values.every((value) => value === values[0]);

let variables = 0;

/** Attributes of the operators, made once: a call passes them as they are. */
function attributesOf(binding: NodeBackend["binding"]) {
  const attribute = (name: string, kind: string, value: unknown): Attribute => ({
    name,
    type: binding[`TF_ATTR_${kind}`]!,
    value,
  });
  const type = (name: string, of: string) => attribute(name, "TYPE", binding[`TF_${of}`]);
  const flag = (name: string, value: boolean) => attribute(name, "BOOL", value);
  const float = type("T", "FLOAT");
  const dtype = type("dtype", "FLOAT");
  return {
    float: [float],
    dtype: [dtype],
    leak: [float, attribute("alpha", "FLOAT", LEAK)],
    reshape: [float, type("Tshape", "INT32")],
    slice: [float, type("Index", "INT32")],
    sum: [float, type("Tidx", "INT32"), flag("keep_dims", true)],
    products: [0, 1, 2, 3].map((i) => [float, flag("adj_x", i % 2 === 1), flag("adj_y", i >= 2)]),
    adam: [float, flag("use_locking", false), flag("use_nesterov", false)],
    destroy: [flag("ignore_lookup_error", false)],
    count: (n: number) => [float, attribute("N", "INT", n)],
    concat: (n: number) => [float, attribute("N", "INT", n), type("Tidx", "INT32")],
    variable: (shape: readonly number[]) => [
      dtype,
      attribute("shape", "SHAPE", shape),
      attribute("container", "STRING", ""),
      attribute("shared_name", "STRING", `liesweep/${variables++}`),
    ],
  };
}
