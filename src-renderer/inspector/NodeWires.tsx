// The ports of a node as a list: what each is wired to, to go there, to remove the wire or to make one.

import { Plus, Unplug } from "lucide-react";
import { own, type PortEnd, type Workflow } from "../../src-main/common/workflow.ts";
import { kindColour, nameOf, portsOf } from "../canvas/node-look.ts";
import { goToPlace } from "../commands/go-to-place.ts";
import { disconnectWires } from "../commands/wiring.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";

const words = text.inspector;
type Side = "input" | "output";

export function NodeWires({ id, workflow }: { readonly id: string; readonly workflow: Workflow }) {
  const node = own(workflow.graph.nodes, id);
  if (node === undefined) return null;
  return (["input", "output"] as const).map((side) => {
    const ports = Object.entries(portsOf(node, side));
    if (ports.length === 0) return null;
    return (
      <section key={side} className="rs-node-wires">
        <h3>{side === "input" ? words.inputs : words.outputs}</h3>
        <ul>
          {ports.map(([name, { label, kind, optional }]) => (
            <PortWires
              key={name}
              label={label}
              colour={kindColour(kind)}
              state={optional === true ? words.optional : words.notConnected}
              end={{ node: id, port: name }}
              side={side}
              workflow={workflow}
            />
          ))}
        </ul>
      </section>
    );
  });
}

interface PortWiresProps {
  readonly label: string;
  readonly colour: string;
  /** Where no wire is. */
  readonly state: string;
  readonly end: PortEnd;
  readonly side: Side;
  readonly workflow: Workflow;
}

function PortWires({ label, colour, state, end, side, workflow }: PortWiresProps) {
  const wires = Object.entries(workflow.graph.edges).flatMap(([edge, { from, to }]) => {
    const [own, other] = side === "input" ? [to, from] : [from, to];
    return own.node === end.node && own.port === end.port ? [{ edge, other }] : [];
  });
  return (
    <li>
      <span className="rs-wire-port" style={{ borderColor: colour }}>
        {label}
      </span>
      <span className="rs-wire-ends">
        {wires.length === 0 ? <span className="rs-muted">{state}</span> : null}
        {wires.map(({ edge, other }) => (
          <span key={edge} className="rs-wire-end">
            <button type="button" className="rs-link-button" onClick={() => goToPlace({ node: other.node })}>
              {portName(workflow, other)}
            </button>
            <button
              type="button"
              className="rs-icon-button"
              aria-label={words.disconnect(portName(workflow, other))}
              title={words.disconnect(portName(workflow, other))}
              onClick={() => disconnectWires([edge])}
            >
              <Unplug size={13} />
            </button>
          </span>
        ))}
      </span>
      <button
        type="button"
        className="rs-icon-button"
        aria-label={words.connectPort(label)}
        title={words.connectPort(label)}
        onClick={() => shellStore.setState({ dialog: "connect", connectFrom: { ...end, side } })}
      >
        <Plus size={13} />
      </button>
    </li>
  );
}

function portName(workflow: Workflow, { node, port }: PortEnd): string {
  const found = own(workflow.graph.nodes, node);
  return found === undefined ? node : `${nameOf(workflow, node)} › ${port}`;
}
