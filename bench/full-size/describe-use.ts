// What a measurement prints: the machine, and memory against what was foreseen.

import { arch, cpus, platform, totalmem } from "node:os";
import type { Use } from "./watch-use.ts";

export function describeMachine(): string {
  return `${platform()} ${arch()}, ${cpus().length} cores, ${gigabytes(totalmem())}, ${new Date().toISOString()}`;
}

/** @param foreseen bytes */
export function describeUse({ total, anonymous, processorSeconds }: Use, foreseen: number): string {
  const difference = (100 * (foreseen - total)) / total;
  return (
    `memory: foreseen ${gigabytes(foreseen)}, measured ${gigabytes(total)} (${gigabytes(anonymous)} of it not pages of files), ` +
    `difference ${difference.toFixed(1)} %; ${processorSeconds.toFixed(0)} s of the processor`
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
