// Node types to add by name; where a wire waits for a partner, those that fit it.

import { nodeTypes } from "../../nodes/index.ts";
import { own } from "../../src-main/common/workflow.ts";
import { portsOf } from "../canvas/node-look.ts";
import { placeNode, present } from "../commands/node-edits.ts";
import { type PaletteRequest, shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { type Choice, ChoiceList } from "./ChoiceList.tsx";
import { joined } from "./joined.ts";

export function Palette({ request: { place, from } }: { readonly request: PaletteRequest }) {
  const close = (): void => shellStore.setState({ palette: null });
  const node = from === null ? undefined : own(present()?.graph.nodes ?? {}, from.node);
  const kind = from === null || node === undefined ? undefined : own(portsOf(node, from.side), from.port)?.kind;
  const choices = [...nodeTypes.values()].flatMap((type): Choice[] => {
    const ports = Object.entries(from?.side === "output" ? type.inputs : type.outputs);
    const port = ports.find(([, each]) => each.kind === kind)?.[0];
    if (from !== null && port === undefined) return [];
    const wire = from === null || port === undefined ? undefined : (id: string) => joined(from, { node: id, port });
    return [
      {
        id: type.type.replace("/", "-"),
        label: type.title,
        detail: type.help,
        run: () => (close(), placeNode(type, place, { wire })),
      },
    ];
  });
  return (
    <Dialog title={kind === undefined ? text.palette.title : text.palette.titleFrom(kind)} onClose={close}>
      <ChoiceList choices={choices} placeholder={text.palette.placeholder} none={text.palette.none} />
      <p className="muted">{text.palette.hint}</p>
    </Dialog>
  );
}
