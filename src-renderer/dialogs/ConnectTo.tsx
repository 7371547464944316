// Wires by keyboard: first the port of the selected node, then what it goes to.

import { useState } from "react";
import { own, type PortEnd, type Workflow } from "../../src-main/common/workflow.ts";
import { refusalOf } from "../canvas/can-connect.ts";
import { nameOf, portsOf } from "../canvas/node-look.ts";
import { placeOnCanvas } from "../commands/groups.ts";
import { present, selected } from "../commands/node-edits.ts";
import { placeNode } from "../commands/place-node.ts";
import { connectPorts } from "../commands/wiring.ts";
import { openDialog, shellStore } from "../state/shell-store.ts";
import { joined, type WaitingEnd } from "../state/wire-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ChoiceList } from "./ChoiceList.tsx";
import type { Choice } from "./ChoiceOption.tsx";
import { fittingTypes } from "./fitting-types.ts";

const closeDialog = (): void => openDialog(null);

export function ConnectTo() {
  const [port, setPort] = useState<WaitingEnd | null>(shellStore.getState().connectFrom);
  const workflow = present();
  const id = selected().nodes.at(-1);
  const node = own(workflow?.graph.nodes ?? {}, id ?? "");
  const portsOfNode = (["output", "input"] as const).flatMap((side) =>
    node === undefined || id === undefined
      ? []
      : Object.entries(portsOf(node, side)).map(([name, { label, kind }]) => ({
          id: `${side}-${name}`,
          label,
          detail: `${side}, ${kind}`,
          run: () => setPort({ node: id, port: name, side }),
        })),
  );
  const targets =
    port === null || workflow === undefined
      ? []
      : Object.entries(workflow.graph.nodes).flatMap(([other, each]) =>
          Object.entries(portsOf(each, port.side === "output" ? "input" : "output")).flatMap(
            ([name, { label }]): Choice[] => {
              const { from, to } = joined(port, { node: other, port: name });
              if (refusalOf(workflow, from, to) !== null || isWired(workflow, from, to)) return [];
              return [
                {
                  id: `${other}-${name}`,
                  // Whatever is searched for, what is there comes before what could be added.
                  group: text.connectDialog.there,
                  label: `${nameOf(workflow, other)} › ${label}`,
                  detail: other,
                  run: () => (closeDialog(), connectPorts(from, to)),
                },
              ];
            },
          ),
        );
  const newOnes = port === null || workflow === undefined ? [] : newTargets(workflow, port);
  const title =
    node === undefined
      ? text.connectDialog.noNode
      : port === null
        ? text.connectDialog.choosePort(workflow === undefined || id === undefined ? "" : nameOf(workflow, id))
        : text.connectDialog.chooseTarget(port.port);
  return (
    <Dialog title={title} onClose={closeDialog}>
      {node === undefined ? null : (
        <ChoiceList
          key={port?.port}
          choices={port === null ? portsOfNode : [...targets, ...newOnes]}
          placeholder={text.connectDialog.search}
          none={text.connectDialog.none}
        />
      )}
    </Dialog>
  );
}

function isWired({ graph }: Workflow, from: PortEnd, to: PortEnd): boolean {
  const isEnd = (a: PortEnd, b: PortEnd): boolean => a.node === b.node && a.port === b.port;
  return Object.values(graph.edges).some((edge) => isEnd(edge.from, from) && isEnd(edge.to, to));
}

const BESIDE = 300;

/** As when a wire is dropped on the canvas: a node that is not there yet, beside the one that waits for it. */
function newTargets(workflow: Workflow, end: WaitingEnd): Choice[] {
  const { x, y } = placeOnCanvas(workflow, end.node);
  const place = { x: x + (end.side === "output" ? BESIDE : -BESIDE), y };
  return fittingTypes(workflow, end).map(({ type, port }) => ({
    id: type.type,
    group: text.connectDialog.added,
    label: text.connectDialog.create(type.title),
    synonyms: type.synonyms,
    detail: type.help,
    run: () => (closeDialog(), placeNode(type, place, { wire: (id) => joined(end, { node: id, port }) })),
  }));
}
