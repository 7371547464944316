// Node types to add by name, at the pointer; where a wire waits for a partner or for a node to stand in it, those that fit.

import { nodeTypes } from "../../nodes/index.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { focusCanvas } from "../canvas/canvas-handle.ts";
import { kindOf } from "../canvas/drop-target.ts";
import { cornerForMiddle, cornerForPort } from "../canvas/node-geometry.ts";
import { typesThatPass } from "../canvas/passage.ts";
import { present } from "../commands/node-edits.ts";
import { placeNode } from "../commands/place-node.ts";
import { insertNewNode } from "../commands/wiring.ts";
import { AbsentHint } from "../library/AbsentHint.tsx";
import { type PaletteRequest, shellStore } from "../state/shell-store.ts";
import { dropHand, joined, opposite, type WaitingEnd } from "../state/wire-store.ts";
import { text } from "../text/text.ts";
import { Popover } from "../ui/Popover.tsx";
import { ChoiceList } from "./ChoiceList.tsx";
import type { Choice } from "./ChoiceOption.tsx";
import { fittingTypes } from "./fitting-types.ts";

export function Palette({ request }: { readonly request: PaletteRequest }) {
  const workflow = present();
  const { title, offers } = offersOf(workflow, request);
  const close = (): void => {
    shellStore.setState({ palette: null });
    dropHand();
  };
  const choices = offers.map(({ type, take }): Choice => ({
    id: type.type,
    label: type.title,
    synonyms: type.synonyms,
    detail: type.help,
    run: () => {
      close();
      take();
      // The popover hands the focus back first.
      requestAnimationFrame(focusCanvas);
    },
  }));
  return (
    <Popover title={title} at={request.screen} onClose={close}>
      <ChoiceList
        choices={choices}
        placeholder={text.palette.placeholder}
        none={text.palette.none}
        hint={(query) => <AbsentHint query={query} />}
      />
      <p className="rs-muted">{text.palette.hint}</p>
    </Popover>
  );
}

interface Offer {
  readonly type: NodeType;
  readonly take: () => void;
}

function offersOf(
  workflow: Workflow | undefined,
  { place, from, insertInto }: PaletteRequest,
): { readonly title: string; readonly offers: readonly Offer[] } {
  if (workflow !== undefined && insertInto !== undefined) {
    const kind = kindOf(workflow, { ...(own(workflow.graph.edges, insertInto)?.from ?? NO_END), side: "output" });
    return {
      title: text.wires.insertTitle(kind ?? ""),
      offers: typesThatPass(workflow, insertInto).map((type) => ({
        type,
        take: () => insertNewNode(type, place && cornerForMiddle(type, place), insertInto),
      })),
    };
  }
  if (workflow !== undefined && from !== null)
    return {
      title: text.palette.titleFrom(kindOf(workflow, from) ?? from.port),
      offers: fittingTypes(workflow, from).map(({ type, port }) => ({
        type,
        take: () => placeWired(type, port, place, from),
      })),
    };
  return {
    title: text.palette.title,
    offers: [...nodeTypes.values()].map((type) => ({ type, take: () => placeNode(type, place) })),
  };
}

const NO_END = { node: "", port: "" };

/** The port that takes the wire lies where the wire was let go. */
function placeWired(type: NodeType, port: string, place: Point | null, from: WaitingEnd): void {
  placeNode(type, place && cornerForPort(type, opposite(from.side), port, place), {
    wire: (id) => joined(from, { node: id, port }),
  });
}
