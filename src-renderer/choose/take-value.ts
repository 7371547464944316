// What a choice from the list does to the workflow, each as one step of the history.

import { nodeTypes } from "../../nodes/index.ts";
import { isEmbeddedName } from "../../src-main/common/embedded-name.ts";
import { addNode, connect, freeId, setParam } from "../../src-main/common/workflow-edits.ts";
import { defaultParams, type ParamField } from "../../src-main/common/workflow-params.ts";
import { own } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { placeOnCanvas } from "../commands/groups.ts";
import { changeParam, present } from "../commands/node-edits.ts";
import { edit, sealHistory } from "../state/document-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { feedAlike } from "./feed-alike.ts";
import type { Taker } from "./taker-of.ts";

export function takeValue(node: string, field: ParamField, value: string): void {
  sealHistory();
  changeParam(node, field.name, field.label, value);
  sealHistory();
  if (field.offers !== undefined) remember(value);
}

/** How far left of a node that feeds it one is put. */
const BESIDE = 300;

interface Replaced {
  readonly node: string;
  readonly field: ParamField;
  readonly input: string;
}

/** A new node with the file, wired to the input that stands for the parameter, which is emptied. */
export function wireFileInstead({ node, field, input }: Replaced, { type, param }: Taker, path: string): void {
  const workflow = present();
  const port = Object.entries(type.outputs).find(([, { kind }]) => kind === inputKind(node, input))?.[0];
  if (workflow === undefined || port === undefined) return;
  const id = freeId(workflow.graph.nodes, type.type);
  const { x, y } = placeOnCanvas(workflow, node);
  const added = { type: type.type, version: type.version, params: { ...defaultParams(type), [param]: path } };
  edit(
    text.edits.add(type.title),
    (before) => {
      const place = { x: x - BESIDE, y: y + BESIDE / 3 };
      const placed = addNode(setParam(before, node, field.name, ""), id, added, place);
      return feedAlike(connect(placed, { node: id, port }, { node, port: input }, nodeTypes), id, node);
    },
    { select: { nodes: [id] } },
  );
  remember(path);
}

function inputKind(node: string, input: string) {
  const found = own(present()?.graph.nodes ?? {}, node);
  return found && nodeTypes.get(found.type)?.inputs[input]?.kind;
}

function remember(path: string): void {
  if (path !== "" && !isEmbeddedName(path)) attempt(() => studio.rememberFile({ path }));
}
