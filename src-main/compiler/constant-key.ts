// By what equal constants are known.

import type { Constant } from "./graph.ts";

/** The same for two constants if and only if their type, shape and numbers are, −0 and 0 told apart. */
export function constantKey({ dtype, shape, data }: Constant): string {
  const numbers = Array.from(data, (n) => (Object.is(n, -0) ? "-0" : String(n)));
  return [dtype, shape.join(), numbers.join()].join(" ");
}
