import { algebras, embed, identify, orthonormalise } from "../lie/index.ts";
import {
  type DatasetSpec,
  type SyntheticSpec,
  syntheticDimensions,
  type TwoBodySpec,
} from "../sweep/index.ts";
import { type Claim, claims, mirrorJunk, type Truth } from "./claims.ts";

/** What is true of a generated set; of a file nothing is known. */
export function truthOf(spec: DatasetSpec): Truth | undefined {
  switch (spec.kind) {
    case "two-body":
      return twoBodyTruth(spec);
    case "asymmetric":
      return truth({ groupDimension: 3 });
    case "synthetic":
      return syntheticTruth(spec);
    case "series":
    case "pairs":
      return undefined;
  }
}

function truth({ law = [], map = [], approximate = [], ...rest }: Claim): Truth {
  const { name } = identify(orthonormalise(law), ROUNDING);
  return { law, map, approximate, name, ...rest };
}

function twoBodyTruth({ law, warp }: TwoBodySpec): Truth {
  if (warp > 0) return truth({ groupDimension: 8 });
  const rotation = [embed(J, 8)];
  return truth({
    [law === "full-angle" ? "law" : "approximate"]: rotation,
    map: rotation,
    groupDimension: 2,
    junk: mirrorJunk(8),
  });
}

function syntheticTruth({ set, warp, strength = 0 }: SyntheticSpec): Truth {
  if (warp > 0) return truth({ groupDimension: syntheticDimensions[set] });
  const claim = claims[set];
  const { law = [] } = claim;
  const broken = set === "broken-circle" && strength > 0;
  return truth(broken ? { ...claim, law: [], approximate: law } : claim);
}

const J = algebras.so2[0];

/** The claims are exact: only rounding is noise. */
const ROUNDING = 1e-6;
