// One end of a node: its shape and colour tell the kind, and while a wire is drawn it tells whether the wire fits.

import { Handle, Position, useNodeId } from "@xyflow/react";
import { memo } from "react";
import type { Port } from "../../src-main/common/workflow-node-type.ts";
import { portKey, type Side, type WireInHand, wireStore } from "../state/wire-store.ts";
import { text } from "../text/text.ts";
import { kindColour, PORT_SHAPES } from "./node-look.ts";
import { pullWire } from "./pull-wire.ts";

interface PortDotProps {
  readonly name: string;
  readonly side: Side;
  /** `undefined`: of a type that is not known. */
  readonly port: Port | undefined;
  readonly isWired: boolean;
  readonly fault: string | undefined;
}

export const PortDot = memo(function PortDot({ name, side, port, isWired, fault }: PortDotProps) {
  const node = useNodeId() ?? "";
  const part = wireStore(({ hand }) => (hand === null ? undefined : partOf(hand, node, name, side)));
  const isInput = side === "input";
  const label = port?.label ?? name;
  const described =
    port === undefined
      ? label
      : isInput
        ? text.node.input(label, port.kind, port.optional === true)
        : text.node.output(label, port.kind);
  return (
    <div
      className={`rs-port rs-port-${side}${fault === undefined ? "" : " rs-has-fault"}`}
      data-port={name}
      data-side={side}
      data-part={part}
      title={fault ?? (port === undefined ? label : `${described}\n${port.help}`)}
    >
      <Handle
        id={name}
        type={isInput ? "target" : "source"}
        position={isInput ? Position.Left : Position.Right}
        isConnectableStart={false}
        isConnectableEnd={false}
        role="img"
        aria-label={described}
        // Else Shift begins a selection of React Flow's.
        className="rs-port-handle nokey"
        style={port === undefined ? undefined : { color: kindColour(port.kind) }}
        onPointerDown={(event) => pullWire(event, { node, port: name, side })}
      >
        <svg viewBox="0 0 10 10" aria-hidden className={isWired ? "rs-is-wired" : "rs-is-loose"}>
          <path d={port === undefined ? "M1 1h8v8H1z" : PORT_SHAPES[port.kind]} />
        </svg>
      </Handle>
      <span className="rs-port-label">{label}</span>
    </div>
  );
});

/** What the port has to do with the wire in hand. */
function partOf(
  { ends, fitting, target }: WireInHand,
  node: string,
  port: string,
  side: Side,
): "end" | "hit" | "fits" | "unfit" {
  if (ends.some((end) => end.side === side && end.node === node && end.port === port)) return "end";
  if (!fitting.has(portKey({ node, port }, side))) return "unfit";
  if (target.kind === "port" && target.port.node === node && target.port.port === port) return "hit";
  return target.kind === "choice" && target.node === node && target.ports.includes(port) ? "hit" : "fits";
}
