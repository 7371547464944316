// Sums of arrays by name.

/** `sums[name] += factor · terms`; the terms of a name that is new may become its sum. */
export function addScaled(sums: Map<string, Float32Array>, name: string, terms: Float32Array, factor = 1): void {
  const sum = sums.get(name);
  if (sum === undefined) sums.set(name, factor === 1 ? terms : terms.map((n) => n * factor));
  else for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + factor * (terms[i] ?? 0);
}
