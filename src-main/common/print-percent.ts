// Shares as people read them.

/** `58`: 100 · share, rounded. Its digits behind the twelfth only show that it was divided: 23 of 40 are 57.5 %, though 100 · 0.575 is a little less. */
export function printPercent(share: number, decimals = 0): string {
  const scale = 10 ** decimals;
  const whole = Math.round(Number((100 * scale * share).toPrecision(12)));
  return (whole / scale).toFixed(decimals);
}
