// Round numbers along an axis, and how to print them.

export interface Axis {
  readonly low: number;
  readonly high: number;
  /** Ascending, within low…high. */
  readonly ticks: readonly number[];
  /** Decimals that tell neighbouring ticks apart. */
  readonly decimals: number;
}

/**
 * About `count` ticks at multiples of 1, 2 or 5 times a power of ten. The axis reaches from the last tick below the data to the
 * first above it; with `isTight` it ends where the data ends.
 */
export function niceAxis(
  low: number,
  high: number,
  count: number,
  options: { readonly isTight?: boolean; readonly smallestStep?: number } = {},
): Axis {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new Error(`no axis from ${low} to ${high}`);
  // A flat line lies in the middle of an axis of some width.
  const width = high > low ? high - low : Math.max(1e-3, 0.1 * Math.abs(low));
  const [from, to] = high > low ? [low, high] : [low - width / 2, high + width / 2];
  const step = Math.max(niceStep(width / count), options.smallestStep ?? 0);
  const first = options.isTight ? Math.ceil(from / step) : Math.floor(from / step);
  const last = options.isTight ? Math.floor(to / step) : Math.ceil(to / step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(decimals)));
  return options.isTight
    ? { low: from, high: to, ticks, decimals }
    : { low: first * step, high: last * step, ticks, decimals };
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `width`. */
function niceStep(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= width * (1 - 1e-9)) ?? 10;
  return factor * power;
}
