// Node types that fit an end which waits for a partner, each with the port that takes the wire.

import { nodeTypes } from "../../nodes/index.ts";
import { isKindOf, type ValueKind } from "../../src-main/common/program/value-type.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { kindOf } from "../canvas/drop-target.ts";
import type { WaitingEnd } from "../state/wire-store.ts";

export interface FittingType {
  readonly type: NodeType;
  readonly port: string;
}

export function fittingTypes(workflow: Workflow, end: WaitingEnd): FittingType[] {
  const waiting = kindOf(workflow, end);
  if (waiting === undefined) return [];
  const fits = (kind: ValueKind): boolean =>
    end.side === "output" ? isKindOf(waiting, kind) : isKindOf(kind, waiting);
  return [...nodeTypes.values()].flatMap((type) => {
    const ports = Object.entries(end.side === "output" ? type.inputs : type.outputs);
    const found = ports.find(([, { kind }]) => fits(kind));
    return found === undefined ? [] : [{ type, port: found[0] }];
  });
}
