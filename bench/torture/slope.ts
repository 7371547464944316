// How a figure changes over a long time, whatever it does in between.

/** Of the line of least squares through the values, for each step from one value to the next. @param values at least two */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const spread = values.reduce((total, _, i) => total + (i - middle) ** 2, 0);
  return values.reduce((total, value, i) => total + (i - middle) * (value - mean), 0) / spread;
}
