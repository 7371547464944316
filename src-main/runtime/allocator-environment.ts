// Environment of a process that runs networks, for the memory allocator of Linux (glibc). Other systems pay no heed to it.

import { totalMemory } from "./total-memory.ts";

/**
 * Pieces of this many bytes and more go back to the system as soon as they are freed. Without it glibc raises the bound
 * as it goes, up to 32 MiB, and keeps what networks free in between: a sixth of what they take on the way back, measured in
 * docs/benchmarks.md.
 */
const RETURNING: NodeJS.ProcessEnv = { MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 20) };

/**
 * Whatever is freed stays with the process, to its end: a quarter to a third of the time of a large network is else spent by the system on new
 * pages, which it fills with zeros first. Measured in docs/benchmarks.md.
 *
 * onnxruntime asks for aligned pieces. glibc takes a larger one for each and keeps the ends, which would lie in its caches of small
 * pieces and never grow together with what lies between them again: without the caches, memory stays as it was after the first run.
 */
const KEEPING: NodeJS.ProcessEnv = {
  GLIBC_TUNABLES: [
    "glibc.malloc.mmap_max=0",
    `glibc.malloc.trim_threshold=${2 ** 40}`,
    "glibc.malloc.tcache_count=0",
    "glibc.malloc.mxfast=0",
  ].join(":"),
};

/** Free pieces lie between others that are in use, and not each is large enough for what is wanted next: what that costs is there then. */
const ENOUGH = 15 * 2 ** 30;

/** Whether memory that networks free is kept, where nobody has said how much may be used. */
export function keepsFreedMemory(total = totalMemory()): boolean {
  return total >= ENOUGH;
}

/** @param asked bytes that may be used, where somebody has said so: then nothing is kept that is not in use */
export function allocatorEnvironment(asked?: number): NodeJS.ProcessEnv {
  return asked === undefined && keepsFreedMemory() ? KEEPING : RETURNING;
}
