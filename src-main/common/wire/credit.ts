// A window of credit: whoever takes from an empty one waits until some is given back.

export interface Credit {
  readonly take: () => Promise<void>;
  readonly give: () => void;
  /** From now on nobody waits. */
  readonly giveAll: () => void;
}

export function createCredit(size: number): Credit {
  let free = size;
  const waiting: (() => void)[] = [];
  return {
    async take() {
      free -= 1;
      if (free < 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give() {
      free += 1;
      waiting.shift()?.();
    },
    giveAll() {
      free = Number.POSITIVE_INFINITY;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
