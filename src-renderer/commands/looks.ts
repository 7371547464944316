// The names and colours that a user gives to nodes: part of the file, and of nothing that is computed.

import { produce } from "immer";
import { group } from "../../nodes/group.ts";
import { note } from "../../nodes/note.ts";
import { setParam } from "../../src-main/common/workflow-edits.ts";
import { own } from "../../src-main/common/workflow.ts";
import { boxOf } from "../canvas/node-boxes.ts";
import { type Colour, nameOf, titleOf } from "../canvas/node-look.ts";
import { edit } from "../state/document-store.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { present, selected } from "./node-edits.ts";

/** An empty name, or that of the type, takes the given one away. A group is named by its title. */
export function rename(id: string, words: string): void {
  const workflow = present();
  const node = own(workflow?.graph.nodes ?? {}, id);
  if (workflow === undefined || node === undefined) return;
  const name = words.trim();
  edit(
    text.edits.rename(nameOf(workflow, id)),
    produce((draft) => {
      const drawn = draft.graph.nodes[id];
      if (drawn === undefined) return;
      if (node.type === group.type) drawn.params = { ...drawn.params, title: name };
      else if (name === "" || name === titleOf(node)) delete draft.view.nodes[id]?.name;
      else draft.view.nodes[id] = { x: 0, y: 0, ...draft.view.nodes[id], name };
    }),
  );
}

/** @param height what the words need, in pixels of the canvas: a note that is lower grows */
export function writeNote(id: string, words: string, height: number): void {
  const workflow = present();
  if (workflow === undefined) return;
  edit(text.edits.param(nameOf(workflow, id), text.node.noteText), (before) => {
    const written = setParam(before, id, "text", words);
    const box = boxOf(written, id);
    if (box === undefined || box.height >= height) return written;
    const size = { width: box.width, height: Math.ceil(height) };
    return produce(written, (draft) => {
      draft.view.nodes[id] = { x: 0, y: 0, ...draft.view.nodes[id], ...size };
    });
  });
}

/** Where its name stands; the text of a note, which has none. */
export function renameSelected(): void {
  const [id] = selected().nodes;
  const node = own(present()?.graph.nodes ?? {}, id ?? "");
  if (id === undefined || node === undefined) return;
  if (node.type === note.type) shellStore.setState({ editedParam: { node: id, param: "text" } });
  else shellStore.setState({ editedName: id });
}

/** @param colour `null`: that of the family again */
export function paintSelected(colour: Colour | null): void {
  const { nodes } = selected();
  if (nodes.length === 0) return;
  edit(
    text.edits.paint(nodes.length),
    produce((draft) => {
      for (const id of nodes) {
        const view = { x: 0, y: 0, ...draft.view.nodes[id] };
        if (colour === null) delete view.colour;
        else view.colour = colour;
        draft.view.nodes[id] = view;
      }
    }),
  );
}
