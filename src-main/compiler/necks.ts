// Where a graph is narrow: the results from which alone, and from what is known anyway, all that comes later is computed.

import type { Node } from "./graph.ts";

/**
 * Between a network's blocks there is one such result, and none beside a skip connection.
 * @param nodes in order
 * @param wanted the name of the result that all of them are computed for
 * @param known names of results that may be read anywhere: they make nothing wide
 */
export function necksOf(nodes: readonly Node[], wanted: string, known: ReadonlySet<string>): string[] {
  const lastReads = new Map([[wanted, Infinity]]);
  for (const [i, { inputs }] of nodes.entries()) {
    for (const name of inputs) if (name !== null && name !== wanted) lastReads.set(name, i);
  }
  const live = new Set<string>();
  const necks = new Set<string>();
  for (const [i, { inputs, output }] of nodes.entries()) {
    for (const name of inputs) if (name !== null && lastReads.get(name) === i) live.delete(name);
    if (!known.has(output) && lastReads.has(output)) live.add(output);
    const [only] = live;
    if (live.size === 1 && only !== undefined && only !== wanted) necks.add(only);
  }
  return [...necks];
}
