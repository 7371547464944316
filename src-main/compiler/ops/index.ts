// All operators by name. A missing row does not compile.

import type { OpName } from "../op-list.ts";
import type { AnyRule, OpRules } from "../op-rule.ts";
import { activation } from "./activation.ts";
import { attention } from "./attention.ts";
import { convolution } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { matrix } from "./matrix.ts";
import { movement } from "./movement.ts";
import { multiHeadAttention } from "./multi-head-attention.ts";
import { normalization } from "./normalization.ts";
import { reduction } from "./reduction.ts";

export const opRules: OpRules<OpName> = {
  ...elementwise,
  ...activation,
  ...movement,
  ...indexing,
  ...reduction,
  ...matrix,
  ...convolution,
  ...normalization,
  ...attention,
  ...multiHeadAttention,
};

/** The row of an operator known by name only. */
export function opRule(op: OpName): AnyRule {
  // The builder checked inputs and attributes against this very row when the operator was appended.
  return opRules[op] as unknown as AnyRule;
}
