// Nodes on the clipboard: under a type of our own, and as JSON text for other windows, other programs and messages.

import { mayLeadOutside, withholdPaths } from "../../nodes/withheld-paths.ts";
import { pathsOf, withheldList } from "../../nodes/workflow-paths.ts";
import { refuse } from "../../src-main/common/diagnostic.ts";
import { paste } from "../../src-main/common/workflow-edits.ts";
import { middleOfView } from "../canvas/canvas-handle.ts";
import { askToLook } from "../files/withheld-paths.ts";
import { activeTab } from "../state/document-store.ts";
import { toast } from "../state/toast-store.ts";
import { viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { printClip, readClip } from "./clip-text.ts";
import { finishInsert } from "./copies.ts";
import { cutSelected, present, selected } from "./node-edits.ts";
import { settle } from "./settle.ts";

const TYPE = "application/x-reneg-nodes";

export function listenToClipboard(): void {
  document.addEventListener("copy", (event) => put(event, false));
  document.addEventListener("cut", (event) => put(event, true));
  document.addEventListener("paste", take);
}

/** For menus and the command list: the browser then sends the event that a key would. */
export async function copyByCommand(isCut: boolean): Promise<void> {
  const words = printSelection();
  if (words === null) return;
  await orByKeys(() => navigator.clipboard.writeText(words));
  finishCopy(isCut);
}

export async function pasteByCommand(): Promise<void> {
  pasteText(await orByKeys(() => navigator.clipboard.readText()));
}

/** A browser may refuse the clipboard, and has none for pages that come over plain HTTP; what keys do it always allows. */
async function orByKeys<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    refuse({ code: "clipboard-refused", at: {}, message: text.clipboard.refused, help: text.clipboard.byKeys });
  }
}

function put(event: ClipboardEvent, isCut: boolean): void {
  const words = isEditing(event.target) || hasTextSelection() ? null : printSelection();
  if (words === null) return;
  event.preventDefault();
  event.clipboardData?.setData(TYPE, words);
  event.clipboardData?.setData("text/plain", words);
  finishCopy(isCut);
}

function finishCopy(isCut: boolean): void {
  toast({ tone: "info", title: text.clipboard.copied(selected().nodes.length) });
  if (isCut) cutSelected();
}

function take(event: ClipboardEvent): void {
  if (isEditing(event.target)) return;
  const words = event.clipboardData?.getData(TYPE) || event.clipboardData?.getData("text/plain") || "";
  event.preventDefault();
  pasteText(words);
}

/** What was copied here last, and which of its paths were withheld then: whatever else is pasted came from elsewhere. */
let copied: { readonly words: string; readonly withheld: ReadonlySet<string> } = { words: "", withheld: new Set() };

function printSelection(): string | null {
  const workflow = present();
  const { nodes } = selected();
  if (workflow === undefined || nodes.length === 0) return null;
  copied = { words: printClip(workflow, nodes), withheld: new Set(withheldList(workflow)) };
  return copied.words;
}

function pasteText(words: string): void {
  const workflow = present();
  const clip = readClip(words);
  if (workflow === undefined) return;
  if (clip === null) return toast({ tone: "info", title: text.clipboard.nothing });
  const pasted = paste(workflow, clip, { x: 0, y: 0 });
  const fresh = [...pasted.nodes.values()];
  const settled = settle(pasted.workflow, fresh, viewOf(activeTab()?.id ?? "").measured, middleOfView());
  const agreed = new Set(pathsOf(workflow).map(({ path }) => path));
  const isOutside = words === copied.words ? (path: string) => copied.withheld.has(path) : mayLeadOutside;
  const withheld = withholdPaths(settled, (path) => !agreed.has(path) && isOutside(path));
  finishInsert(text.edits.paste(fresh.length), withheld, fresh);
  if (withheldList(withheld).length > withheldList(workflow).length) askToLook();
}

export function isEditing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"))
  );
}

function hasTextSelection(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}
