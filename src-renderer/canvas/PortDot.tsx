// One end of a node: its shape and colour tell the kind, and while a wire is drawn it tells whether the wire fits.

import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { Port } from "../../src-main/common/workflow-node-type.ts";
import { text } from "../text/text.ts";
import { kindColour, PORT_SHAPES } from "./node-look.ts";

interface PortDotProps {
  readonly name: string;
  readonly side: "input" | "output";
  /** `undefined`: of a type that is not known. */
  readonly port: Port | undefined;
  readonly isWired: boolean;
  readonly fault: string | undefined;
}

export const PortDot = memo(function PortDot({ name, side, port, isWired, fault }: PortDotProps) {
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
      title={fault ?? (port === undefined ? label : `${described}\n${port.help}`)}
    >
      <Handle
        id={name}
        type={isInput ? "target" : "source"}
        position={isInput ? Position.Left : Position.Right}
        role="img"
        aria-label={described}
        className="rs-port-handle"
        style={port === undefined ? undefined : { color: kindColour(port.kind) }}
      >
        <svg viewBox="0 0 10 10" aria-hidden className={isWired ? "rs-is-wired" : "rs-is-loose"}>
          <path d={port === undefined ? "M1 1h8v8H1z" : PORT_SHAPES[port.kind]} />
        </svg>
      </Handle>
      <span className="rs-port-label">{label}</span>
    </div>
  );
});
