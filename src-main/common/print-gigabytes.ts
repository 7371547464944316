/** `4.8 GB` */
export function printGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
