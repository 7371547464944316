// Float32 numbers as people wrote them.

/** The shortest decimal that rounds to the float32 `n`: 1e-5 for what float32 stores as 0.000009999999747378752. */
export function shortestFloat(n: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(n.toPrecision(digits));
    if (Math.fround(candidate) === Math.fround(n)) return candidate;
  }
  return n;
}
