import type * as tfjs from "@tensorflow/tfjs";

/** The namespace of tfjs: its ESM build does not resolve under Node, so CommonJS it is. */
export type Tf = typeof tfjs;

export interface LoadedTf {
  readonly tf: Tf;
  /** `@tensorflow/tfjs-node 4.22.0`, with what else decides results and speed. */
  readonly version: string;
}
