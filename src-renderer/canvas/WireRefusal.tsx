// Why the wire in hand would not be made where it is, said beside the pointer.

import { useStore } from "@xyflow/react";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";

/** As the style sheet has it, with a margin. */
const WIDEST = 290;
const BESIDE = 14;

interface WireRefusalProps {
  /** On the canvas. */
  readonly at: Point;
  readonly refusal: Diagnostic;
}

export function WireRefusal({ at, refusal }: WireRefusalProps) {
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const width = useStore((flow) => flow.width);
  const left = Math.min(at.x * zoom + x + BESIDE, width - WIDEST);
  return (
    <div className="rs-wire-refusal" role="status" style={{ left, top: at.y * zoom + y + BESIDE }}>
      <strong>{refusal.message}</strong>
      {refusal.help === undefined ? null : <p className="rs-muted">{refusal.help}</p>}
    </div>
  );
}
