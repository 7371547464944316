import { describe, expect, it } from "vitest";
import { handlesOf, portNames, sizeOf } from "./node-geometry.ts";

const cfg = { type: "sampling/cfg", version: 1, params: {} };
const strange = { type: "of/another-program", version: 1, params: {} };
const PLACE = { x: 0, y: 0 };

describe("the geometry of a node", () => {
  it("has a port a row, inputs on the left edge and outputs on the right", () => {
    const { width, height } = sizeOf(cfg, PLACE, "");
    const handles = handlesOf(cfg, "");
    const middles = handles.map(({ type, x, y, width: across = 0, height: high = 0 }) => [
      type,
      x + across / 2,
      y + high / 2,
    ]);
    const [first = 0] = middles.flatMap(([, , y]) => (typeof y === "number" ? [y] : []));
    expect(middles).toEqual([
      ["target", 1, first],
      ["target", 1, first + 20],
      ["target", 1, first + 40],
      ["source", width - 1, first],
    ]);
    expect(first + 40).toBeLessThan(height);
  });

  it("is lower by the parameters when it is folded", () => {
    const [open, folded] = [sizeOf(cfg, PLACE, ""), sizeOf(cfg, { ...PLACE, collapsed: true }, "")];
    expect(open.height - folded.height).toBe(12 + 18);
  });

  it("makes room for ports that only wires know", () => {
    expect(portNames(strange, "input", "i:image o:text i:mask")).toEqual(["image", "mask"]);
    expect(portNames(cfg, "input", "i:model i:odd")).toEqual(["model", "positive", "negative", "odd"]);
    expect(handlesOf(strange, "i:image o:text")).toHaveLength(2);
  });
});
