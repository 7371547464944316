// Numbers of which the lowest is always at hand (Williams 1964, heapsort).

export interface Heap {
  readonly size: () => number;
  readonly first: () => number | undefined;
  readonly push: (value: number) => void;
  /** The lowest, which is then out of it. */
  readonly pop: () => number | undefined;
}

export function createHeap(): Heap {
  const values: number[] = [];
  const at = (i: number): number => values[i] ?? Number.POSITIVE_INFINITY;
  const swap = (i: number, j: number): void => {
    const value = at(i);
    values[i] = at(j);
    values[j] = value;
  };
  return {
    size: () => values.length,
    first: () => values[0],
    push(value) {
      values.push(value);
      for (let i = values.length - 1; i > 0 && at(i) < at((i - 1) >> 1); i = (i - 1) >> 1) swap(i, (i - 1) >> 1);
    },
    pop() {
      if (values.length < 2) return values.pop();
      swap(0, values.length - 1);
      const lowest = values.pop();
      for (let i = 0; ;) {
        const lower = at(2 * i + 1) <= at(2 * i + 2) ? 2 * i + 1 : 2 * i + 2;
        if (at(lower) >= at(i)) return lowest;
        swap(i, lower);
        i = lower;
      }
    },
  };
}
