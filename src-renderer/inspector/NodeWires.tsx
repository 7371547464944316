// The ports of a node as a list: what each is wired to, to go there, to remove the wire or to make one.

import { ArrowUp, Plus, Unplug } from "lucide-react";
import { own, type PortEnd, sortedIds, type Workflow } from "../../src-main/common/workflow.ts";
import { kindColour, nameOf, portsOf } from "../canvas/node-look.ts";
import { goToPlace } from "../commands/go-to-place.ts";
import { disconnectWires, exchangeWires } from "../commands/wiring.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";

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
          {ports.map(([name, { label, kind, optional, ordered }]) => (
            <PortWires
              key={name}
              label={label}
              colour={kindColour(kind)}
              state={optional === true ? words.optional : words.notConnected}
              end={{ node: id, port: name }}
              side={side}
              isOrdered={ordered === true}
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
  readonly isOrdered: boolean;
  readonly workflow: Workflow;
}

function PortWires({ label, colour, state, end, side, isOrdered, workflow }: PortWiresProps) {
  const { edges } = workflow.graph;
  // In the order in which a program takes them.
  const wires = sortedIds(edges).flatMap((edge) => {
    const wire = own(edges, edge);
    if (wire === undefined) return [];
    const [here, other] = side === "input" ? [wire.to, wire.from] : [wire.from, wire.to];
    return here.node === end.node && here.port === end.port ? [{ edge, other }] : [];
  });
  return (
    <li>
      <span className="rs-wire-port" style={{ borderColor: colour }}>
        {label}
      </span>
      <span className="rs-wire-ends">
        {wires.length === 0 ? <span className="rs-muted">{state}</span> : null}
        {wires.map(({ edge, other }, i) => (
          <span key={edge} className="rs-wire-end">
            {isOrdered && wires.length > 1 ? (
              <WireOrder place={i} edge={edge} before={wires[i - 1]?.edge} name={portName(workflow, other)} />
            ) : null}
            <button
              type="button"
              className="rs-link-button"
              title={portName(workflow, other)}
              onClick={() => goToPlace({ node: other.node })}
            >
              {portName(workflow, other)}
            </button>
            <IconButton
              icon={Unplug}
              label={words.disconnect(portName(workflow, other))}
              size="small"
              onClick={() => disconnectWires([edge])}
            />
          </span>
        ))}
      </span>
      <IconButton
        icon={Plus}
        label={words.connectPort(label)}
        size="small"
        onClick={() => shellStore.setState({ dialog: "connect", connectFrom: { ...end, side } })}
      />
    </li>
  );
}

interface WireOrderProps {
  /** Counted from 0. */
  readonly place: number;
  readonly edge: string;
  /** `undefined`: it is the first. */
  readonly before: string | undefined;
  readonly name: string;
}

/** Where the order of wires decides something it is counted, and each can be moved before the one above it. */
function WireOrder({ place, edge, before, name }: WireOrderProps) {
  return (
    <>
      <span className="rs-wire-order">{words.wirePlace(place + 1)}</span>
      <IconButton
        icon={ArrowUp}
        label={words.wireEarlier(name)}
        size="small"
        isOff={before === undefined}
        onClick={() => before !== undefined && exchangeWires(before, edge)}
      />
    </>
  );
}

function portName(workflow: Workflow, { node, port }: PortEnd): string {
  const found = own(workflow.graph.nodes, node);
  return found === undefined ? node : `${nameOf(workflow, node)} › ${port}`;
}
