// Work that may be done side by side.

/** Each item once, by so many workers at a time; results in the order of the items. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, lane: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const goThrough = async (lane: number): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      results[index] = await work(item, lane);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => goThrough(lane)));
  return results;
}
