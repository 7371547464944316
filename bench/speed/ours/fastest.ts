// How long something takes where nothing disturbs it.

/** Seconds of the fastest of four runs, after one that does not count: what disturbs can only make it slower. */
export async function fastest(work: () => unknown): Promise<number> {
  await work();
  let least = Infinity;
  for (let i = 0; i < 4; i++) {
    const start = performance.now();
    await work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}
