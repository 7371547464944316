// A node on the canvas: title, ports, its parameters in short, what is wrong with it, and how far it is.

import type { NodeProps } from "@xyflow/react";
import { ChevronDown, ChevronRight, CircleAlert, TriangleAlert } from "lucide-react";
import { memo } from "react";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { own, type WorkflowNode } from "../../src-main/common/workflow.ts";
import { toggleCollapsed } from "../commands/node-edits.ts";
import { NodeActivity } from "../run/NodeActivity.tsx";
import { useNodeDiagnostics } from "../state/check-store.ts";
import { text } from "../text/text.ts";
import type { FlowNode } from "./flow-nodes.ts";
import { familyOf, typeOf } from "./node-look.ts";
import { NodeParams } from "./NodeParams.tsx";
import { PortDot } from "./PortDot.tsx";

export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<FlowNode>) {
  const { node, isCollapsed, isFlashed, wired } = data;
  const type = typeOf(node);
  const diagnostics = useNodeDiagnostics(id);
  const hasError = diagnostics.some(({ severity }) => severity === "error");
  const state = [
    selected ? "is-selected" : "",
    node.mode === undefined ? "" : `is-${node.mode}`,
    diagnostics.length === 0 ? "" : hasError ? "has-error" : "has-warning",
    type === undefined ? "is-unknown" : "",
    isCollapsed ? "is-collapsed" : "",
    isFlashed ? "is-flashed" : "",
  ];
  return (
    <div className={`node ${state.filter(Boolean).join(" ")}`} data-family={familyOf(node.type)} data-node-id={id}>
      <div className="node-main">
        <header className="node-header">
          <button
            type="button"
            className="node-fold nodrag"
            tabIndex={-1}
            aria-label={isCollapsed ? text.node.expand : text.node.collapse}
            onClick={() => toggleCollapsed([id])}
          >
            {isCollapsed ? <ChevronRight size={13} /> : <ChevronDown size={13} />}
          </button>
          <span className="node-title">{type?.title ?? text.node.unknown}</span>
          {node.mode === undefined ? null : <span className="node-mode">{text.node[node.mode]}</span>}
          {diagnostics.length > 0 ? <Fault diagnostics={diagnostics} isError={hasError} /> : null}
        </header>
        <NodePorts node={node} type={type} wired={wired} diagnostics={diagnostics} />
        {isCollapsed ? null : type === undefined ? (
          <p className="node-unknown">
            <code>{node.type}</code> {text.node.unknownHelp}
          </p>
        ) : (
          <NodeParams id={id} node={node} type={type} diagnostics={diagnostics} />
        )}
      </div>
      <NodeActivity node={id} type={node.type} />
    </div>
  );
});

function Fault({ diagnostics, isError }: { readonly diagnostics: readonly Diagnostic[]; readonly isError: boolean }) {
  const Icon = isError ? CircleAlert : TriangleAlert;
  const words = diagnostics.map(({ message, help }) => [message, help].filter(Boolean).join("\n")).join("\n\n");
  return (
    <span
      className={isError ? "node-fault tone-error" : "node-fault tone-warning"}
      title={words}
      role="img"
      aria-label={text.node.problems(diagnostics.length)}
    >
      <Icon size={14} />
    </span>
  );
}

interface PartProps {
  readonly node: WorkflowNode;
  readonly diagnostics: readonly Diagnostic[];
}

interface PortsProps extends PartProps {
  readonly type: NodeType | undefined;
  readonly wired: string;
}

/** Those of the type, and those that wires name though the type does not. */
function NodePorts({ type, wired, diagnostics }: PortsProps) {
  const ends = wired === "" ? [] : wired.split(" ");
  const rows = (["input", "output"] as const).map((side) => {
    const mark = side === "input" ? "i:" : "o:";
    const ports = (side === "input" ? type?.inputs : type?.outputs) ?? {};
    const strange = ends
      .filter((end) => end.startsWith(mark))
      .map((end) => end.slice(2))
      .filter((name) => !Object.hasOwn(ports, name));
    return (
      <div key={side} className={`node-${side}s`}>
        {[...Object.keys(ports), ...strange].map((name) => (
          <PortDot
            key={name}
            name={name}
            side={side}
            port={own(ports, name)}
            isWired={ends.includes(mark + name)}
            fault={diagnostics.find(({ at }) => at.port === name)?.message}
          />
        ))}
      </div>
    );
  });
  return <div className="node-ports">{rows}</div>;
}
