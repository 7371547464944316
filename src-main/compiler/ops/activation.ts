// Activation functions that networks use as one operator.

import type { GraphBuilder } from "../graph-builder.ts";
import type { Value } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { erf } from "./elementwise.ts";

export const activation: OpRules<"Gelu" | "Silu" | "QuickGelu"> = {
  Gelu: {
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    // gelu(x) = x·Φ(x), so d gelu = (Φ(x) + x·φ(x))·dx, with Φ(x) = ½(1 + erf(x/√2)) and φ(x) = exp(−x²/2)/√(2π)
    vjp: ({ b, inputs: [x], ct, attributes: { approximate } }) => {
      if (approximate === "tanh") return [b.mul(ct, tanhGeluSlope(b, x))];
      const cdf = b.scale(b.add(b.op("Erf", [b.scale(x, Math.SQRT1_2)], {}), b.scalar(1)), 0.5);
      const density = b.scale(b.exp(b.scale(b.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [b.mul(ct, b.add(cdf, b.mul(x, density)))];
    },
    evaluate: ([x], { approximate }) =>
      x.data.map((n) =>
        approximate === "tanh"
          ? 0.5 * n * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (n + 0.044715 * n ** 3)))
          : 0.5 * n * (1 + erf(n * Math.SQRT1_2)),
      ),
  },
  Silu: {
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    vjp: ({ b, inputs: [x], ct }) => [b.mul(ct, gateSlope(b, x, 1))],
    expand: ({ b, inputs: [x] }) => b.mul(x, b.sigmoid(x)),
  },
  // x·σ(αx), of which α = 1 is SiLU.
  QuickGelu: {
    domain: "com.microsoft",
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    vjp: ({ b, inputs: [x], ct, attributes: { alpha } }) => [b.mul(ct, gateSlope(b, x, alpha))],
    expand: ({ b, inputs: [x], attributes: { alpha } }) => b.mul(x, b.sigmoid(b.scale(x, alpha))),
  },
};

/**
 * d/dx of y = x·σ(kx) is σ + k·x·σ·(1 − σ) = σ·(1 + k·(x − y)), with σ = σ(kx). Both σ and y are the forward pass's own, and the slope is
 * computed there: it is written after the cotangent that it meets, and onnxruntime makes the input that was written last first.
 */
function gateSlope(b: GraphBuilder, x: Value, k: number): Value {
  const gate = b.sigmoid(b.scale(x, k));
  const rest = b.scale(b.sub(x, b.mul(x, gate)), k);
  return b.mul(gate, b.add(rest, b.scalar(1)));
}

/** Slope of ½x(1 + tanh u), u = √(2/π)·(x + 0.044715·x³): ½(1 + tanh u) + ½x(1 − tanh²u)·u′. */
function tanhGeluSlope(b: GraphBuilder, x: Value): Value {
  const root = Math.sqrt(2 / Math.PI);
  const square = b.mul(x, x);
  const u = b.mul(b.scale(x, root), b.add(b.scale(square, 0.044715), b.scalar(1)));
  const tanh = b.op("Tanh", [u], {});
  const inner = b.add(b.scale(square, 3 * 0.044715 * root), b.scalar(root));
  const curve = b.mul(b.mul(x, inner), b.sub(b.scalar(1), b.mul(tanh, tanh)));
  return b.scale(b.add(b.add(tanh, b.scalar(1)), curve), 0.5);
}
