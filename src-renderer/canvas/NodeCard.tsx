// A node on the canvas: title, ports, its parameters in short, what is wrong with it, and how far it is.

import type { NodeProps } from "@xyflow/react";
import { ChevronDown, ChevronRight, CircleAlert, TriangleAlert } from "lucide-react";
import { memo, use } from "react";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { own, type WorkflowNode } from "../../src-main/common/workflow.ts";
import { keysOf } from "../commands/commands.ts";
import { toggleCollapsed } from "../commands/node-edits.ts";
import { NodeActivity } from "../run/NodeActivity.tsx";
import { useNodeDiagnostics } from "../state/check-store.ts";
import { explanationOf } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { DetailContext } from "./detail.ts";
import type { FlowNode } from "./flow-nodes.ts";
import { bodyHeightOf, portNames } from "./node-geometry.ts";
import { familyOf, portsOf, titleOf, typeOf } from "./node-look.ts";
import { NodeParams } from "./NodeParams.tsx";
import { NodeTitle } from "./NodeTitle.tsx";
import { PortDot } from "./PortDot.tsx";

export const NodeCard = memo(function NodeCard(props: NodeProps<FlowNode>) {
  return use(DetailContext) === "remote" ? <RemoteCard {...props} /> : <FullCard {...props} />;
});

/** As much of a node as can be seen from where hundreds of them are in view: that it is there, and how it is. */
function RemoteCard({ id, data: { node, name, colour, isFlashed }, selected, height }: NodeProps<FlowNode>) {
  const diagnostics = useNodeDiagnostics(id);
  return (
    <div
      className={classOf(node, selected, isFlashed, diagnostics)}
      data-family={familyOf(node.type)}
      data-node-id={id}
      data-colour={colour}
      title={name ?? titleOf(node)}
      style={{ height }}
    >
      <span className="rs-node-title" />
    </div>
  );
}

function FullCard({ id, data, selected }: NodeProps<FlowNode>) {
  const { node, name, colour, isCollapsed, isFlashed, wired } = data;
  const type = typeOf(node);
  const diagnostics = useNodeDiagnostics(id);
  return (
    <div
      className={classOf(node, selected, isFlashed, diagnostics)}
      data-family={familyOf(node.type)}
      data-node-id={id}
      data-colour={colour}
    >
      <div className="rs-node-main" style={{ minHeight: bodyHeightOf(node, isCollapsed, wired) }}>
        <header className="rs-node-header">
          <IconButton
            icon={isCollapsed ? ChevronRight : ChevronDown}
            label={isCollapsed ? text.node.expand : text.node.collapse}
            keys={keysOf("nodes.collapse")}
            size="small"
            className="rs-node-fold nodrag"
            isPassed
            onClick={() => toggleCollapsed([id])}
          />
          <NodeTitle id={id} name={name} title={type?.title ?? text.node.unknown} className="rs-node-title" />
          {node.mode === undefined ? null : <span className="rs-node-mode">{text.node[node.mode]}</span>}
          {diagnostics.length > 0 ? <Fault diagnostics={diagnostics} /> : null}
        </header>
        <NodePorts node={node} wired={wired} diagnostics={diagnostics} />
        {isCollapsed ? null : type === undefined ? (
          <p className="rs-node-unknown">
            <code>{node.type}</code> {text.node.unknownHelp}
          </p>
        ) : (
          <NodeParams id={id} node={node} type={type} diagnostics={diagnostics} />
        )}
      </div>
      <NodeActivity node={id} type={node.type} params={node.params} />
    </div>
  );
}

function classOf(
  node: WorkflowNode,
  isSelected: boolean,
  isFlashed: boolean,
  diagnostics: readonly Diagnostic[],
): string {
  const state = [
    isSelected ? "rs-is-selected" : "",
    node.mode === undefined ? "" : `rs-is-${node.mode}`,
    diagnostics.length === 0 ? "" : hasError(diagnostics) ? "rs-has-error" : "rs-has-warning",
    isFlashed ? "rs-is-flashed" : "",
  ];
  return ["rs-node", ...state].filter(Boolean).join(" ");
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function Fault({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
  const isError = hasError(diagnostics);
  const Icon = isError ? CircleAlert : TriangleAlert;
  const words = diagnostics.map(explanationOf).join("\n\n");
  return (
    <span
      className={isError ? "rs-node-fault rs-tone-error" : "rs-node-fault rs-tone-warning"}
      title={words}
      role="img"
      aria-label={text.node.problems(diagnostics.length)}
    >
      <Icon size={14} />
    </span>
  );
}

interface PortsProps {
  readonly node: WorkflowNode;
  readonly wired: string;
  readonly diagnostics: readonly Diagnostic[];
}

function NodePorts({ node, wired, diagnostics }: PortsProps) {
  const ends = wired.split(" ");
  const explanationAt = (port: string): string | undefined => {
    const fault = diagnostics.find(({ at }) => at.port === port);
    return fault && explanationOf(fault);
  };
  return (
    <div className="rs-node-ports">
      {(["input", "output"] as const).map((side) => (
        <div key={side} className={`rs-node-${side}s`}>
          {portNames(node, side, wired).map((name) => (
            <PortDot
              key={name}
              name={name}
              side={side}
              port={own(portsOf(node, side), name)}
              isWired={ends.includes(`${side === "input" ? "i" : "o"}:${name}`)}
              fault={explanationAt(name)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
