// What was learned in the workflow that is shown, by the node that loads its kind: to draw with, or to learn on from.

import { studio } from "../api/studio.ts";
import { takerOf } from "../choose/taker-of.ts";
import { placeNode } from "../commands/place-node.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const { drop } = text.choosing;

export async function loadInWorkflow(path: string): Promise<void> {
  const { file } = await studio.describeFile({ path });
  const taker = file === null ? undefined : takerOf(file.kind);
  if (taker === undefined) {
    toast({ tone: "warning", title: drop.unknown(file?.name ?? path), detail: text.learning.gallery.notUsed });
    return;
  }
  const id = placeNode(taker.type, null, { params: { [taker.param]: path } });
  toast({ tone: "info", title: id === null ? text.canvas.noTab : text.learning.gallery.used(taker.type.title) });
}
