// Environment of a process that runs networks, for the memory allocator of Linux (glibc). Other systems pay no heed to it.

/**
 * Pieces of this many bytes and more go back to the system as soon as they are freed. Without it glibc raises the bound
 * as it goes, up to 32 MiB, and keeps what networks free in between: a sixth of what they take on the way back, measured in
 * docs/benchmarks.md.
 */
export const allocatorEnvironment: NodeJS.ProcessEnv = { MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 20) };
