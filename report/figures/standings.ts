import type { Learned } from "../learned.ts";
import type { LegendEntry, Shape } from "./figure.ts";

type Standing = Learned["standing"];

/** By colour and by shape, as not everyone sees colours. */
const LOOKS: Readonly<Record<Standing, { readonly color: string; readonly mark: Shape }>> = {
  accepted: { color: "var(--accepted)", mark: "circle" },
  approximate: { color: "var(--approximate)", mark: "diamond" },
  unsupported: { color: "var(--unsupported)", mark: "square" },
  unclosed: { color: "var(--unclosed)", mark: "triangle-up" },
  invalid: { color: "var(--invalid)", mark: "cross" },
  floor: { color: "var(--faint)", mark: "stroke" },
  unfit: { color: "var(--faint)", mark: "stroke" },
  control: { color: "var(--faint)", mark: "stroke" },
  unjudged: { color: "var(--soft)", mark: "circle" },
};

const STANDINGS = Object.keys(LOOKS) as readonly Standing[];

export const standingLegend = (learned: readonly Learned[]): readonly LegendEntry[] =>
  STANDINGS.filter((standing) => learned.some((one) => one.standing === standing)).map(
    (standing) => ({
      label: standing === "unjudged" ? "not judged yet" : standing,
      ...LOOKS[standing],
    }),
  );

/** Encodings of a field `standing`. */
export const standingColor = {
  field: "standing",
  type: "nominal" as const,
  scale: { domain: [...STANDINGS], range: STANDINGS.map((standing) => LOOKS[standing].color) },
};

export const standingShape = {
  field: "standing",
  type: "nominal" as const,
  scale: {
    domain: [...STANDINGS],
    range: STANDINGS.map((standing) => {
      const { mark } = LOOKS[standing];
      return mark === "stroke" ? "circle" : mark;
    }),
  },
};

/** Accepted ones are drawn last, over the others. */
export const drawingOrder = (learned: readonly Learned[]): readonly Learned[] =>
  learned.toSorted((a, b) => STANDINGS.indexOf(b.standing) - STANDINGS.indexOf(a.standing));
