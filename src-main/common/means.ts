// Means and medians, and how far single values lie from them.

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error("no values have no mean");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample: √(Σ (x − mean)² / (n − 1)); 0 for a single value. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return values.length === 1 ? 0 : Math.sqrt(squares / (values.length - 1));
}

/** Standard error of the mean: deviation / √n; `null` for a single value, which has none. */
export function standardError(values: readonly number[]): number | null {
  return values.length === 1 ? null : deviation(values) / Math.sqrt(values.length);
}

/** Of the standard normal distribution: within so many deviations of its middle lie 95 %. */
export const NORMAL_95 = 1.959963984540054;

/** The one in the middle, or the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error("no values have no median");
  return (low + high) / 2;
}
