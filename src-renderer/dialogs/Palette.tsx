// Node types to add by name; where a wire waits for a partner, those that fit it.

import { nodeTypes } from "../../nodes/index.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { focusCanvas } from "../canvas/canvas-handle.ts";
import { present } from "../commands/node-edits.ts";
import { type NewNode, placeNode } from "../commands/place-node.ts";
import { AbsentHint } from "../library/AbsentHint.tsx";
import { type PaletteRequest, shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ChoiceList } from "./ChoiceList.tsx";
import type { Choice } from "./ChoiceOption.tsx";
import { fittingTypes, kindOf } from "./fitting-types.ts";
import { joined } from "./joined.ts";

export function Palette({ request: { place, from } }: { readonly request: PaletteRequest }) {
  const close = (): void => shellStore.setState({ palette: null });
  const workflow = present();
  const kind = from === null || workflow === undefined ? undefined : kindOf(workflow, from);
  const choose = (type: NodeType, wire?: NewNode["wire"]): Choice => ({
    id: type.type,
    label: type.title,
    synonyms: type.synonyms,
    detail: type.help,
    run: () => {
      close();
      placeNode(type, place, { wire });
      // The dialog hands the focus back first.
      requestAnimationFrame(focusCanvas);
    },
  });
  const choices =
    from === null || workflow === undefined
      ? [...nodeTypes.values()].map((type) => choose(type))
      : fittingTypes(workflow, from).map(({ type, port }) => choose(type, (id) => joined(from, { node: id, port })));
  return (
    <Dialog title={kind === undefined ? text.palette.title : text.palette.titleFrom(kind)} onClose={close}>
      <ChoiceList
        choices={choices}
        placeholder={text.palette.placeholder}
        none={text.palette.none}
        hint={(query) => <AbsentHint query={query} />}
      />
      <p className="rs-muted">{text.palette.hint}</p>
    </Dialog>
  );
}
