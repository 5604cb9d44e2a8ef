import {
  type Dataset,
  normals,
  type SyntheticSpec,
  streamSeed,
  syntheticDimensions,
  uniforms,
} from "../sweep/index.ts";
import { bend } from "./bend.ts";
import { standardise } from "./labels.ts";
import { independentSets } from "./synthetic-sets.ts";
import { threeBody } from "./three-body.ts";
import type { Windowed } from "./windows.ts";

/** A seeded set with a known answer; `truthOf` says which. */
export function synthetic(spec: SyntheticSpec): Dataset {
  return {
    title: title(spec),
    ...(spec.set === "three-body" ? threeBody(spec) : independent(spec, spec.set)),
  };
}

function title({ set, samples, seed, warp, strength }: SyntheticSpec): string {
  const broken = strength === undefined ? "" : `, strength ${strength}`;
  const bent = warp > 0 ? `, coordinates bent by ${warp}` : "";
  return `${set}, ${samples} samples, seed ${seed}${broken}${bent}`;
}

/** Samples that are groups of their own. Labels are of the unbent x. */
function independent(spec: SyntheticSpec, name: keyof typeof independentSets): Windowed {
  const { samples, seed, warp, strength = 0 } = spec;
  const { draw, answer, inputBlocks, outputBlocks, labels } = independentSets[name];
  const dimension = syntheticDimensions[name];
  const moving = (inputBlocks + outputBlocks) * dimension;
  const width = moving + labels;
  const uniform = uniforms(streamSeed(seed, name));
  const random = { uniform, normal: normals(uniform) };
  const values = new Float64Array(samples * width);
  for (let sample = 0; sample < samples; sample++) {
    const x = draw(random, strength);
    values.set([...x, ...answer(x, random)], sample * width);
  }
  for (let label = moving; label < width; label++) standardise(values, label, width);
  if (warp > 0) bend(values, width, moving, warp);
  return {
    samples,
    dimension,
    inputBlocks,
    outputBlocks,
    labels,
    values,
    groups: Int32Array.from({ length: samples }, (_, i) => i),
  };
}
