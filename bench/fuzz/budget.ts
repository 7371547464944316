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

/** Of what an input may cost, by its size: what of it is used. 1 and less is within. @param size bytes of the input */
export function shareOfBudget({ milliseconds, bytes }: Cost, size: number): number {
  const most = budgetOf(size);
  return Math.max(milliseconds / most.milliseconds, bytes / most.bytes);
}

/** In words; `null`: it is within. @param size bytes of the input */
export function whyTooDear(cost: Cost, size: number): string | null {
  const most = budgetOf(size);
  if (cost.milliseconds > most.milliseconds) {
    return `${size} bytes took ${Math.round(cost.milliseconds)} ms, more than the ${Math.round(most.milliseconds)} allowed`;
  }
  if (cost.bytes <= most.bytes) return null;
  return `${size} bytes took ${toMiB(cost.bytes)} MiB, more than the ${toMiB(most.bytes)} allowed`;
}

function budgetOf(size: number): Cost {
  return { milliseconds: MILLISECONDS + (MILLISECONDS_PER_KIB * size) / 1024, bytes: BYTES + BYTES_PER_BYTE * size };
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
