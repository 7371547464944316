// What the engine takes of the machine, while it works on the run that is shown.

import { isAtWorkHere, type Job } from "../../src-main/common/studio/job.ts";
import { runStore } from "../state/run-store.ts";
import { text } from "../text/text.ts";
import { printBytes } from "./format.ts";

const words = text.learning.vitals;
const BYTES_PER_MB = 2 ** 20;

export function RunVitals({ job }: { readonly job: Job | undefined }) {
  const vitals = runStore((state) => state.vitals);
  if (job === undefined || !isAtWorkHere(job) || vitals === null) return null;
  const { cores, memoryMB, gpuMemoryMB } = vitals;
  return (
    <p className="rs-run-facts" aria-label={words.title}>
      <span>{words.processor(cores.toFixed(1))}</span>
      <span>{words.memory(printBytes(memoryMB * BYTES_PER_MB))}</span>
      <span>{gpuMemoryMB === null ? words.gpuUnknown : words.gpu(printBytes(gpuMemoryMB * BYTES_PER_MB))}</span>
    </p>
  );
}
