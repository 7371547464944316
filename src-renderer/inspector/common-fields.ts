// Parameters that several nodes have in common, and what they hold together.

import { type ParamField, paramValue } from "../../src-main/common/workflow-params.ts";
import type { WorkflowNode } from "../../src-main/common/workflow.ts";
import { countingFields, typeOf } from "../canvas/node-look.ts";

export interface CommonField {
  readonly field: ParamField;
  readonly value: unknown;
  /** Whether the nodes hold different values; `value` is then that of the first. */
  readonly isMixed: boolean;
}

/** Those that every node has under the same name, of the same kind and with the same choices. */
export function commonFields(nodes: readonly WorkflowNode[]): CommonField[] {
  const [first, ...others] = nodes;
  const type = first && typeOf(first);
  if (first === undefined || type === undefined) return [];
  return countingFields(first, type).flatMap((field) => {
    const theirs = others.map((node) => fieldOf(node, field.name));
    if (theirs.some((other) => other === undefined || !isAlike(field, other))) return [];
    const value = paramValue(first.params, field);
    return [{ field, value, isMixed: others.some((node, i) => paramValue(node.params, theirs[i] ?? field) !== value) }];
  });
}

function fieldOf(node: WorkflowNode, name: string): ParamField | undefined {
  const type = typeOf(node);
  return type && countingFields(node, type).find((field) => field.name === name);
}

function isAlike(a: ParamField, b: ParamField): boolean {
  return (
    a.kind === b.kind &&
    a.isNullable === b.isNullable &&
    a.control === b.control &&
    a.choices?.join() === b.choices?.join()
  );
}
