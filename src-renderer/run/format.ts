// Numbers as people read them.

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Powers of 1000, as disks and file managers count. */
export function printBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** `0.42 s`, `3.1 s`, `12 s`, `3 min 20 s`, `2 h 5 min` */
export function printSeconds(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  return printWholeSeconds(Math.round(seconds));
}

/** A forecast is not known to a part of a second, and nothing that goes on has none left. */
export function printSecondsLeft(seconds: number): string {
  return printWholeSeconds(Math.max(1, Math.round(seconds)));
}

function printWholeSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param iso ISO 8601; told in the time and the habits of the place */
export function printTime(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** `3.2 GFLOP` */
export function printFlops(flops: number): string {
  if (flops < 1e9) return `${(flops / 1e6).toFixed(1)} MFLOP`;
  return flops < 1e12 ? `${(flops / 1e9).toFixed(1)} GFLOP` : `${(flops / 1e12).toFixed(2)} TFLOP`;
}

export function printReward(reward: number): string {
  return reward.toFixed(3).replace("-", "−");
}

/** `8`, `2.5`: how often something runs. */
export function printCount(count: number): string {
  return Number.isInteger(count) ? `${count}` : count.toFixed(1);
}
