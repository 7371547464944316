// Goes through the nodes that were looked for.

import { shellStore } from "../state/shell-store.ts";
import { findNodes } from "./find-nodes.ts";
import { goToPlace } from "./go-to-place.ts";
import { present } from "./node-edits.ts";

export function openFind(): void {
  shellStore.setState(({ find }) => ({ find: find ?? { query: "", at: 0 } }));
  // Where it is open already, the field takes the focus again.
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>(".rs-find input")?.focus());
}

export function closeFind(): void {
  shellStore.setState({ find: null });
}

export function typeFind(query: string): void {
  shellStore.setState({ find: { query, at: 0 } });
  show(query, 0);
}

export function stepFind(by: 1 | -1): void {
  const { find } = shellStore.getState();
  const workflow = present();
  if (find === null || workflow === undefined) return openFind();
  const { length } = findNodes(workflow, find.query);
  if (length === 0) return;
  const at = (find.at + by + length) % length;
  shellStore.setState({ find: { ...find, at } });
  show(find.query, at);
}

function show(query: string, at: number): void {
  const workflow = present();
  const found = workflow === undefined ? undefined : findNodes(workflow, query)[at];
  if (found !== undefined) goToPlace({ node: found.id });
}
