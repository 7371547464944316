// A node for each file, beneath each other, as one step of the history.

import type { DescribedFile } from "../../src-main/common/known-file.ts";
import { addNode, freeId, type Point } from "../../src-main/common/workflow-edits.ts";
import { defaultParams } from "../../src-main/common/workflow-params.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { takerOf } from "../choose/taker-of.ts";
import { settle } from "../commands/settle.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { toast } from "../state/toast-store.ts";
import { viewOf } from "../state/view-store.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";

const words = text.choosing.drop;
/** Between the corners of two nodes. */
const BELOW = 180;

/** What no node takes is told, with the reason. */
export function placeFiles(files: readonly DescribedFile[], at: Point): void {
  for (const { name, what, refusal } of files) if (refusal !== null) tellUnusable(name, what, refusal);
  const usable = files.filter(({ kind, refusal }) => refusal === null && takerOf(kind) !== undefined);
  const tab = activeTab();
  if (tab === undefined || usable.length === 0) return;
  const ids: string[] = [];
  const added = usable.reduce<Workflow>((workflow, file, i) => {
    const taker = takerOf(file.kind);
    if (taker === undefined) return workflow;
    const { type, param } = taker;
    const id = freeId(workflow.graph.nodes, type.type);
    ids.push(id);
    const params = { ...defaultParams(type), [param]: file.path };
    const place = { x: Math.round(at.x), y: Math.round(at.y + i * BELOW) };
    return addNode(workflow, id, { type: type.type, version: type.version, params }, place);
  }, tab.history.present);
  const settled = settle(added, ids, viewOf(tab.id).measured);
  edit(words.edit(usable.map(({ name }) => name)), () => settled, { select: { nodes: ids } });
}

function tellUnusable(name: string, what: string, { message, help }: NonNullable<DescribedFile["refusal"]>): void {
  toast({
    tone: "warning",
    title: words.unusable(name, what, message),
    detail: help === undefined ? undefined : asSentence(help),
  });
}
