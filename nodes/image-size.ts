// The size of images as two parameters: both sides, or neither.

import { z } from "zod";
import type { Fault } from "./define-node.ts";

/** In the order in which a panel shows them. */
export const sizeParams = { height: side("Height"), width: side("Width") };

function side(label: string) {
  return z
    .int()
    .positive()
    .multipleOf(8, "images are made in steps of 8 pixels")
    .max(2048)
    .nullable()
    .default(null)
    .meta({
      label,
      unit: "pixels",
      step: 8,
      help: "Of the images. Give both sides, or neither.",
      empty: "what the pipeline was made for",
    });
}

interface Sides {
  readonly height: number | null;
  readonly width: number | null;
}

/** As the setting `size` of calls: absent for the pipeline's own. */
export function sizeOf({ height, width }: Sides, fault: (fault: Fault) => void) {
  if (height !== null && width !== null) return { size: { height, width } };
  if (height === width) return {};
  fault({
    code: "size-half",
    param: height === null ? "height" : "width",
    message: `the ${height === null ? "width" : "height"} is ${height ?? width}, but the other side is left open`,
    help: "give both sides, or neither",
  });
  return {};
}
