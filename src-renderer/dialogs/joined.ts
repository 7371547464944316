// A wire between a port that waits for a partner and the partner that was found.

import type { PortEnd } from "../../src-main/common/workflow.ts";

export type WaitingEnd = PortEnd & { readonly side: "input" | "output" };

export function joined(
  { side, node, port }: WaitingEnd,
  other: PortEnd,
): { readonly from: PortEnd; readonly to: PortEnd } {
  return side === "output" ? { from: { node, port }, to: other } : { from: other, to: { node, port } };
}
