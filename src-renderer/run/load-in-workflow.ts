// A learned embedding in the workflow that is shown: to draw with, or to learn on from.

import { loadEmbedding } from "../../nodes/load-embedding.ts";
import { placeNode } from "../commands/place-node.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

export function loadInWorkflow(file: string): void {
  const id = placeNode(loadEmbedding, null, { params: { file } });
  toast({ tone: "info", title: id === null ? text.canvas.noTab : text.learning.gallery.used });
}
