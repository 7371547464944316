// Classifier-free guidance: Ho & Salimans 2022, arXiv:2207.12598.

export interface GuidanceInput {
  /** The network's output beside the negative embedding, `[batch, …]`. */
  readonly unconditional: Float32Array;
  /** Its output beside the prompt, of the same shape. */
  readonly conditional: Float32Array;
  /** γ: 1 is the prompt alone, usual is 7.5. */
  readonly scale: number;
  /** φ: share of the result whose spread is brought back to that of the conditional output. 0 leaves it as it is. */
  readonly rescale?: number;
  /** Images in the arrays; the spread is measured in each by itself. */
  readonly batch?: number;
}

/** ε̃ = ε_u + γ·(ε_c − ε_u), and with φ > 0 the rescaled form of Lin et al. 2024 (arXiv:2305.08891, eq. 15 and 16). */
export function guide({ unconditional, conditional, scale, rescale = 0, batch = 1 }: GuidanceInput): Float32Array {
  if (unconditional.length !== conditional.length || conditional.length % batch !== 0) {
    throw new Error(`outputs of ${unconditional.length} and ${conditional.length} numbers do not make ${batch} images`);
  }
  const guided = conditional.map((value, index) => {
    const base = unconditional[index] ?? 0;
    return base + scale * (value - base);
  });
  if (rescale === 0) return guided;

  const size = conditional.length / batch;
  for (let start = 0; start < guided.length; start += size) {
    const part = guided.subarray(start, start + size);
    const wanted = standardDeviation(conditional.subarray(start, start + size));
    const factor = rescale * (wanted / standardDeviation(part)) + (1 - rescale);
    part.set(part.map((value) => value * factor));
  }
  return guided;
}

function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
