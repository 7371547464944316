// Classifier-free guidance on the host: Ho & Salimans 2022, arXiv:2207.12598.

export interface GuidanceInput {
  /** The network's output beside the negative embedding, `[batch, …]`. */
  readonly unconditional: Float32Array;
  /** Its output beside the prompt, of the same shape. */
  readonly conditional: Float32Array;
  /** γ: 1 is the prompt alone, usual is 7.5. */
  readonly scale: number;
}

/** ε̃ = ε_u + γ·(ε_c − ε_u) */
export function guide({ unconditional, conditional, scale }: GuidanceInput): Float32Array {
  if (unconditional.length !== conditional.length) {
    throw new Error(`outputs of ${unconditional.length} and ${conditional.length} numbers do not go together`);
  }
  return conditional.map((value, index) => {
    const base = unconditional[index] ?? 0;
    return base + scale * (value - base);
  });
}

export interface RescaleInput {
  /** `[batch, …]`, as the next. */
  readonly guided: Float32Array;
  readonly conditional: Float32Array;
  /** φ: share of the result whose spread is brought back to that of the conditional output. 0 leaves it as it is. */
  readonly factor: number;
  /** Images in the arrays; the spread is measured in each by itself. */
  readonly batch: number;
}

/** The rescaled form of Lin et al. 2024 (arXiv:2305.08891, eq. 15 and 16). */
export function rescaleGuided({ guided, conditional, factor, batch }: RescaleInput): Float32Array {
  const rescaled = new Float32Array(guided.length);
  const size = guided.length / batch;
  for (let start = 0; start < guided.length; start += size) {
    const part = guided.subarray(start, start + size);
    const wanted = standardDeviation(conditional.subarray(start, start + size));
    const scale = factor * (wanted / standardDeviation(part)) + (1 - factor);
    rescaled.set(
      part.map((value) => value * scale),
      start,
    );
  }
  return rescaled;
}

function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
