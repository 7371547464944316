// What reading an input may cost: a sum that everything costs, and so much for each of its bytes.

export interface Cost {
  /** Of this process's processors: what else the machine does is not counted. */
  readonly milliseconds: number;
  /** Beyond what was used before: on the heap and beside it, with what is still to be collected, or a new peak of the process. */
  readonly bytes: number;
}

/** A slow machine, code that counts its blocks, and a collection of garbage between two inputs. */
const MILLISECONDS = 400;
const MILLISECONDS_PER_KIB = 4;
const BYTES = 128 * 2 ** 20;
const BYTES_PER_BYTE = 400;

/** In words; `null`: it is within. @param size bytes of the input */
export function whyTooDear({ milliseconds, bytes }: Cost, size: number): string | null {
  const [mostMilliseconds, mostBytes] = [
    MILLISECONDS + (MILLISECONDS_PER_KIB * size) / 1024,
    BYTES + BYTES_PER_BYTE * size,
  ];
  if (milliseconds > mostMilliseconds) {
    return `${size} bytes took ${Math.round(milliseconds)} ms, more than the ${Math.round(mostMilliseconds)} allowed`;
  }
  return bytes > mostBytes ? `${size} bytes took ${toMiB(bytes)} MiB, more than the ${toMiB(mostBytes)} allowed` : null;
}

export async function costOf(task: () => unknown): Promise<Cost> {
  const [before, peak] = [process.memoryUsage(), process.resourceUsage().maxRSS];
  const start = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(start);
  const after = process.memoryUsage();
  const held = after.heapUsed + after.external - before.heapUsed - before.external;
  const peaked = 1024 * (process.resourceUsage().maxRSS - peak);
  return { milliseconds: (user + system) / 1000, bytes: Math.max(held, peaked) };
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
