// Token ids of several texts as one tensor.

import type { Tensor } from "../common/tensor.ts";

/** int64 [texts, tokens] */
export function idTensor(rows: readonly (readonly number[])[]): Tensor {
  const data = BigInt64Array.from(rows.flat(), BigInt);
  return { dtype: "int64", shape: [rows.length, rows[0]?.length ?? 0], data };
}
