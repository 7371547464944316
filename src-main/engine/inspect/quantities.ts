// Large numbers as people read them.

/** `859.5 M` */
export function printCount(count: number): string {
  return inUnits(count, 1000, ["", " k", " M", " G"]);
}

/** `1.7 GB`, in powers of 1024 */
export function printBytes(bytes: number): string {
  return inUnits(bytes, 1024, [" bytes", " kB", " MB", " GB"]);
}

function inUnits(amount: number, base: number, units: readonly string[]): string {
  const power = amount < 1 ? 0 : Math.min(Math.floor(Math.log(amount) / Math.log(base)), units.length - 1);
  return `${power === 0 ? amount : (amount / base ** power).toFixed(1)}${units[power]}`;
}
