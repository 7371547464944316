// Rows for several batches of which each has a row of its own in what comes next: until then they are the same, and computed once.

import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import { at } from "../compiler/shapes.ts";

/** All rows of x again and again, until there are so many; as it is where there are no fewer. */
export function repeatRows(b: GraphBuilder, x: Value, rows: number): Value {
  const times = Math.ceil(rows / at(x.shape, 0));
  return times <= 1
    ? x
    : b.concat(
        Array.from({ length: times }, () => x),
        0,
      );
}
