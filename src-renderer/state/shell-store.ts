// What the window shows around the canvas: the open dialog, the palette, the field to put the focus on.

import { create } from "zustand";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { type WaitingEnd, wireStore } from "./wire-store.ts";

export interface PaletteRequest {
  /** Where on the screen it opens; `null`: in the middle. */
  readonly screen: Point | null;
  /** Where the corner of the node goes, on the canvas; `null`: it goes into the middle of what is seen. */
  readonly place: Point | null;
  /** The end that is waiting for a partner. */
  readonly from: WaitingEnd | null;
  /** The wire that the node is to stand in. */
  readonly insertInto?: string;
}

export type FileRequest =
  | { readonly mode: "open"; readonly onChoose: (path: string) => void }
  | { readonly mode: "folder"; readonly start: string; readonly onChoose: (path: string) => void }
  | { readonly mode: "file"; readonly start: string; readonly onChoose: (path: string) => void }
  | {
      readonly mode: "save";
      readonly name: string;
      readonly start: string | null;
      readonly onChoose: (path: string) => void;
    };

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What it is about, one by one. */
  readonly items?: readonly string[];
  /** What answering none of it is called; absent: `Cancel`. */
  readonly cancel?: string;
  readonly answers: readonly {
    readonly label: string;
    readonly tone?: "primary" | "danger";
    readonly run: () => void;
  }[];
}

export interface MenuRequest {
  readonly of: "node" | "group" | "wire" | "canvas" | "colour" | "param";
  /** Of the menu of a parameter. */
  readonly param?: { readonly node: string; readonly name: string };
  /** On the screen. */
  readonly at: Point;
}

/** A learned embedding that is to be applied to another model. */
export interface EmbeddingToApply {
  readonly path: string;
  readonly name: string;
}

/** A parameter whose value is to be chosen from a list. */
export interface PickedParam {
  readonly node: string;
  readonly param: string;
}

/** Something dropped of which nobody knows yet where it lies. */
export interface Unlocated {
  readonly name: string;
  /** `null`: a folder. */
  readonly bytes: number | null;
}

export interface UnlocatedDrop {
  readonly things: readonly Unlocated[];
  /** Where the nodes go, on the canvas. */
  readonly at: Point;
}

interface ShellState {
  readonly dialog: "templates" | "shortcuts" | "commands" | "connect" | "missing" | "about" | "queue" | null;
  /** The port that the dialog `connect` begins with; `null`: it asks which. */
  readonly connectFrom: PaletteRequest["from"];
  readonly palette: PaletteRequest | null;
  readonly picked: PickedParam | null;
  readonly unlocated: UnlocatedDrop | null;
  readonly file: FileRequest | null;
  readonly question: Question | null;
  readonly menu: MenuRequest | null;
  readonly apply: EmbeddingToApply | null;
  /** The run whose images are being rated. */
  readonly rating: string | null;
  /** The run of an application whose window is open. */
  readonly application: string | null;
  /** A field of the inspector that takes the focus as soon as it is there. */
  readonly focusParam: { readonly node: string; readonly param: string } | null;
  /** The node that was added just now: Tab leads to its first parameter. */
  readonly freshNode: string | null;
  /** What is looked for in the workflow, and which of what was found is shown; `null`: nothing. */
  readonly find: { readonly query: string; readonly at: number } | null;
  /** A node or group that is being given a name. */
  readonly editedName: string | null;
  /** A parameter that is being edited inside its node. */
  readonly editedParam: { readonly node: string; readonly param: string } | null;
}

export const shellStore = create<ShellState>(() => ({
  dialog: null,
  connectFrom: null,
  palette: null,
  picked: null,
  unlocated: null,
  file: null,
  question: null,
  menu: null,
  apply: null,
  rating: null,
  application: null,
  freshNode: null,
  find: null,
  editedName: null,
  editedParam: null,
  focusParam: null,
}));

export function openDialog(dialog: ShellState["dialog"]): void {
  shellStore.setState({ dialog, connectFrom: null });
}

export function askUser(question: Question): void {
  shellStore.setState({ question });
}

export function chooseFile(file: FileRequest): void {
  shellStore.setState({ file });
}

export function openPicker(picked: PickedParam | null): void {
  shellStore.setState({ picked });
}

export function openApply(apply: EmbeddingToApply | null): void {
  shellStore.setState({ apply });
}

export function openApplication(application: string | null): void {
  shellStore.setState({ application });
}

export function openRating(rating: string | null): void {
  shellStore.setState({ rating });
}

/** Whether something lies over the editor that takes the keys: one of the dialogs above, or one that a panel opened. */
export function isCovered(): boolean {
  const { menu, palette } = shellStore.getState();
  const isChoosing = menu !== null || palette !== null || wireStore.getState().hand !== null;
  return isChoosing || document.querySelector("dialog[open]") !== null;
}
