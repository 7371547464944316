// Which node takes a file of some kind: the first type with a parameter that offers such files.

import { nodeTypes } from "../../nodes/index.ts";
import type { FileKind } from "../../src-main/common/known-file.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { fieldsOf } from "../canvas/node-look.ts";

export interface Taker {
  readonly type: NodeType;
  readonly param: string;
}

export function takerOf(kind: FileKind): Taker | undefined {
  for (const type of nodeTypes.values()) {
    const field = fieldsOf(type).find(({ offers }) => offers === kind);
    if (field !== undefined) return { type, param: field.name };
  }
  return undefined;
}
