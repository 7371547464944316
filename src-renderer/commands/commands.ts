// Everything that a user can do by name: menus, keys and the command list all draw from this table.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { orderNodes } from "../../src-main/common/workflow-order.ts";
import { own } from "../../src-main/common/workflow.ts";
import { isBrowser, signOut } from "../api/session.ts";
import { fitIntoView } from "../canvas/bring-into-view.ts";
import { canvas, middleOfView } from "../canvas/canvas-handle.ts";
import { MIDDLE_BELOW } from "../canvas/detail.ts";
import { menuOf } from "../canvas/menu-of.ts";
import { boxesOf, boxOf } from "../canvas/node-boxes.ts";
import { isEditedInNode, shownFields, typeOf } from "../canvas/node-look.ts";
import { showAll } from "../canvas/view-of-all.ts";
import { stepZoom, zoomTo } from "../canvas/zoom.ts";
import { chooseAndOpen, close, newDocument, save, saveAs } from "../files/documents.ts";
import { addressedJob } from "../run/addressed-job.ts";
import { exportShownBundle } from "../run/export-bundle.ts";
import { toggleNotices } from "../run/notify.ts";
import { pauseOrResume, tellAddressedRun } from "../run/tell-run.ts";
import { train } from "../run/train.ts";
import { toggleSidePanel } from "../shell/side-panels.ts";
import { activeTab, documentStore, moveTab, redoNext, showTab, undoLast } from "../state/document-store.ts";
import { preferenceStore, setPreference } from "../state/preference-store.ts";
import { runStore } from "../state/run-store.ts";
import { openDialog, openRating, shellStore } from "../state/shell-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { shownRun } from "../state/shown-run-store.ts";
import { openVary } from "../state/shown-sweep-store.ts";
import { attempt, dismissAllToasts } from "../state/toast-store.ts";
import { select, viewOf } from "../state/view-store.ts";
import type { Text } from "../text/en.ts";
import { text } from "../text/text.ts";
import { align, distribute, layOut } from "./arrange.ts";
import { copyByCommand, pasteByCommand } from "./clipboard.ts";
import { duplicateSelected } from "./copies.ts";
import { openFind, stepFind } from "./find.ts";
import { goToPlace } from "./go-to-place.ts";
import { deleteWithContents, groupSelected, ungroupSelected } from "./group-edits.ts";
import { placeOnCanvas } from "./groups.ts";
import { renameSelected } from "./looks.ts";
import { collapseSelected, deleteSelected, nudge, present, selected, toggleMode } from "./node-edits.ts";
import { resetSelected } from "./param-edits.ts";
import { bendSelectedWires, straightenSelectedWires } from "./wire-edits.ts";
import { insertIntoSelected, turnWire } from "./wire-selection.ts";

/** Between a node and one that is added beside it, in pixels of the canvas. */
const BESIDE = 68;

/** The zoom at which a selection is seen at most. */
const LARGEST_FIT = 1.5;

interface Command {
  readonly keys?: string;
  /** The keys are the system's own: the browser turns them into clipboard events, which need no permission. */
  readonly isFixed?: true;
  /** The desktop app has no use for it. */
  readonly isOfBrowser?: true;
  /** About the run that the top bar shows. */
  readonly isOfRun?: true;
  readonly run: () => void;
}
type Table = Readonly<Record<CommandId, Command>>;
export type CommandId = Exclude<keyof Text["commands"], "groups">;

const flip = (key: "snap" | "minimap" | "dockOpen") => () => setPreference(key, !preferenceStore.getState()[key]);

const TABLE: Table = {
  "file.new": { run: newDocument },
  "file.open": { keys: "Mod+O", run: chooseAndOpen },
  "file.save": { keys: "Mod+S", run: save },
  "file.saveAs": { keys: "Mod+Shift+S", run: () => saveAs() },
  "file.close": { run: () => close(activeTab()?.id ?? "") },
  "file.templates": { keys: "Mod+Shift+O", run: () => openDialog("templates") },
  "file.nextTab": { keys: "Mod+PageDown", run: () => turnTab(1) },
  "file.previousTab": { keys: "Mod+PageUp", run: () => turnTab(-1) },
  "file.tabLeft": { keys: "Mod+Shift+PageUp", run: () => moveActiveTab(-1) },
  "file.tabRight": { keys: "Mod+Shift+PageDown", run: () => moveActiveTab(1) },
  "edit.undo": { keys: "Mod+Z", run: undoLast },
  "edit.redo": { keys: "Mod+Shift+Z", run: redoNext },
  "edit.cut": { keys: "Mod+X", isFixed: true, run: () => attempt(() => copyByCommand(true)) },
  "edit.copy": { keys: "Mod+C", isFixed: true, run: () => attempt(() => copyByCommand(false)) },
  "edit.paste": { keys: "Mod+V", isFixed: true, run: () => attempt(pasteByCommand) },
  "edit.duplicate": { keys: "Mod+D", run: () => duplicateSelected("between") },
  "edit.duplicateWired": { keys: "Mod+Shift+D", run: () => duplicateSelected("into") },
  "edit.delete": { keys: "Delete", run: deleteSelected },
  "edit.deleteAll": { keys: "Shift+Delete", run: deleteWithContents },
  "edit.selectAll": { keys: "Mod+A", run: () => selectNodes(Object.keys(present()?.graph.nodes ?? {})) },
  "edit.find": { keys: "Mod+F", run: openFind },
  "edit.findNext": { keys: "F3", run: () => stepFind(1) },
  "edit.findPrevious": { keys: "Shift+F3", run: () => stepFind(-1) },
  "edit.selectNone": { keys: "Escape", run: () => selectNodes([]) },
  "nodes.add": {
    keys: "Tab",
    run: () => shellStore.setState({ palette: { screen: null, place: besideSelection(), from: null } }),
  },
  "nodes.connect": { keys: "C", run: () => openDialog("connect") },
  "nodes.edit": { keys: "Enter", run: editInNode },
  "nodes.inspect": { keys: "Shift+Enter", run: inspect },
  "nodes.nextWire": { keys: "W", run: turnWire },
  "nodes.insert": { keys: "I", run: () => insertIntoSelected() },
  "nodes.bendWire": { keys: "R", run: bendSelectedWires },
  "nodes.straightenWire": { keys: "Shift+R", run: straightenSelectedWires },
  "nodes.menu": { keys: "Shift+F10", run: () => openMenuOfSelection() },
  "nodes.mute": { keys: "M", run: () => toggleMode("muted") },
  "nodes.bypass": { keys: "B", run: () => toggleMode("bypassed") },
  "nodes.collapse": { keys: "X", run: collapseSelected },
  "nodes.group": { keys: "G", run: groupSelected },
  "nodes.ungroup": { keys: "Shift+G", run: ungroupSelected },
  "nodes.rename": { keys: "F2", run: renameSelected },
  "nodes.reset": { keys: "Alt+R", run: resetSelected },
  "nodes.colour": { keys: "Shift+C", run: () => openMenuOfSelection("colour") },
  "nodes.next": { keys: "N", run: () => turnNode(1) },
  "nodes.previous": { keys: "Shift+N", run: () => turnNode(-1) },
  "nodes.addNext": { keys: "Alt+N", run: () => addToSelection(1) },
  "nodes.addPrevious": { keys: "Alt+Shift+N", run: () => addToSelection(-1) },
  "nodes.left": { keys: "ArrowLeft", run: () => nudge(-1, 0) },
  "nodes.right": { keys: "ArrowRight", run: () => nudge(1, 0) },
  "nodes.up": { keys: "ArrowUp", run: () => nudge(0, -1) },
  "nodes.down": { keys: "ArrowDown", run: () => nudge(0, 1) },
  "nodes.layout": { keys: "L", run: () => attempt(layOut) },
  "nodes.alignLeft": { keys: "Alt+A", run: () => align("left") },
  "nodes.alignCentre": { run: () => align("centre") },
  "nodes.alignRight": { keys: "Alt+D", run: () => align("right") },
  "nodes.alignTop": { keys: "Alt+W", run: () => align("top") },
  "nodes.alignMiddle": { run: () => align("middle") },
  "nodes.alignBottom": { keys: "Alt+S", run: () => align("bottom") },
  "nodes.distributeX": { keys: "Alt+H", run: () => distribute("x") },
  "nodes.distributeY": { keys: "Alt+V", run: () => distribute("y") },
  "view.fit": { keys: "F", run: showAll },
  "view.zoomSelection": { keys: "Shift+F", run: zoomToSelection },
  "view.zoomActual": { keys: "0", run: () => zoomTo(1) },
  "view.zoomIn": { keys: "+", run: () => stepZoom(1) },
  "view.zoomOut": { keys: "-", run: () => stepZoom(-1) },
  "view.snap": { run: flip("snap") },
  "view.minimap": { run: flip("minimap") },
  "view.library": { keys: "Mod+B", run: () => toggleSidePanel("libraryOpen") },
  "view.inspector": { keys: "Mod+I", run: () => toggleSidePanel("inspectorOpen") },
  "view.dock": { keys: "Mod+J", run: flip("dockOpen") },
  "view.plan": { run: () => showPanel("plan") },
  "view.run": { run: () => showPanel("run") },
  "view.sweeps": { run: () => showPanel("sweeps") },
  "view.workers": { run: () => showPanel("workers") },
  "view.gallery": { run: () => showPanel("gallery") },
  "view.problems": { run: () => showPanel("problems") },
  "view.history": { run: () => showPanel("history") },
  "view.closeMessages": { keys: "Shift+Escape", run: dismissAllToasts },
  "view.themeLight": { run: () => setPreference("theme", "light") },
  "view.themeDark": { run: () => setPreference("theme", "dark") },
  "view.themeSystem": { run: () => setPreference("theme", "system") },
  "view.nextRegion": { keys: "F6", run: () => turnRegion(1) },
  "view.previousRegion": { keys: "Shift+F6", run: () => turnRegion(-1) },
  "run.train": { keys: "Mod+Enter", run: () => attempt(train) },
  "run.vary": { keys: "V", run: () => openVary({ node: selected().nodes.at(-1) ?? null, param: null }) },
  "run.pause": { keys: "P", isOfRun: true, run: () => tellAddressedRun(pauseOrResume) },
  "run.stop": { isOfRun: true, run: () => tellAddressedRun(() => "stop") },
  "run.sample": { isOfRun: true, run: () => tellAddressedRun(() => "sample now") },
  "run.save": { isOfRun: true, run: () => tellAddressedRun(() => "save now") },
  "run.queue": { run: () => openDialog("queue") },
  "run.notices": { run: () => attempt(toggleNotices) },
  "run.rate": { run: () => openRating(shownRun()) },
  "run.export": { run: exportShownBundle },
  "help.shortcuts": { keys: "?", run: () => openDialog("shortcuts") },
  "help.commands": { keys: "Mod+K", run: () => openDialog("commands") },
  "help.signOut": { isOfBrowser: true, run: () => attempt(signOut) },
};

// Object.keys is typed string[]; the table has exactly these keys.
export const COMMANDS = (Object.keys(TABLE) as CommandId[]).filter(
  (id) => TABLE[id].isOfBrowser !== true || isBrowser(),
);

export function runCommand(id: CommandId): void {
  shellStore.setState({ freshNode: null });
  TABLE[id].run();
}

/** What it is called just now: one that is about a run says which. */
export function labelOf(id: CommandId): string {
  const job = TABLE[id].isOfRun === true ? addressedJob(runStore.getState(), activeTab()) : undefined;
  return job === undefined ? text.commands[id] : text.run.commandFor(text.commands[id], job.number);
}

export function defaultKeysOf(id: CommandId): string {
  return TABLE[id].keys ?? "";
}

/** Whether the keys can be no others. */
export function isFixed(id: CommandId): boolean {
  return TABLE[id].isFixed === true;
}

/** Which command the keys call. */
export function commandOf(keys: string): CommandId | undefined {
  return keys === "" ? undefined : COMMANDS.find((id) => boundKeysOf(id) === keys);
}

/** As they stand on the keyboard. An empty text: none. */
export function keysOf(id: CommandId): string {
  return boundKeysOf(id).replace("Mod", IS_MAC ? "Cmd" : "Ctrl");
}

const IS_MAC = /mac/i.test(navigator.userAgent);

/** As the user set them, or as they come. */
function boundKeysOf(id: CommandId): string {
  return preferenceStore.getState().shortcuts[id] ?? TABLE[id].keys ?? "";
}

function zoomToSelection(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  fitIntoView(boxesOf(tab.history.present, selected().nodes, viewOf(tab.id).measured), LARGEST_FIT);
}

function selectNodes(nodes: readonly string[]): void {
  const tab = activeTab();
  if (tab !== undefined) select(tab.id, { nodes });
}

function inspect(): void {
  const [node] = selected().nodes;
  if (node !== undefined) goToPlace({ node, param: "" });
}

/** The first parameter that the node shows and that can be edited there; else the inspector has them all. */
function editInNode(): void {
  const [id] = selected().nodes;
  const workflow = present();
  const node = workflow === undefined || id === undefined ? undefined : own(workflow.graph.nodes, id);
  if (id === undefined || node === undefined) return;
  const type = typeOf(node);
  const isShown = own(workflow?.view.nodes ?? {}, id)?.collapsed !== true && (canvas()?.getZoom() ?? 0) >= MIDDLE_BELOW;
  const field = type && shownFields(node, type).find(isEditedInNode);
  if (field === undefined || !isShown) return inspect();
  shellStore.setState({ editedParam: { node: id, param: field.name } });
}

function openMenuOfSelection(of?: "colour"): void {
  const { nodes, edges } = selected();
  const workflow = present();
  if (of === "colour" && nodes.length === 0) return;
  const id = nodes.at(-1) ?? own(workflow?.graph.edges ?? {}, edges.at(-1) ?? "")?.to.node;
  const place = workflow === undefined || id === undefined ? middleOfView() : placeOnCanvas(workflow, id);
  const at = canvas()?.flowToScreenPosition(place);
  if (at === undefined) return;
  const node = own(workflow?.graph.nodes ?? {}, nodes.at(-1) ?? "");
  shellStore.setState({
    menu: { of: of ?? (node === undefined ? (edges.length > 0 ? "wire" : "canvas") : menuOf(node)), at },
  });
}

/** `null`: into the middle of what is seen. */
function besideSelection(): Point | null {
  const workflow = present();
  const last = selected().nodes.at(-1);
  const box = workflow === undefined || last === undefined ? undefined : boxOf(workflow, last);
  return box === undefined ? null : { x: box.x + box.width + BESIDE, y: box.y };
}

/** Along the wires, from what feeds to what is fed; where they leave it open, from left to right. */
function neighbourOf(id: string | undefined, by: number): string | undefined {
  const workflow = present();
  if (workflow === undefined) return undefined;
  const at = (each: string) => placeOnCanvas(workflow, each);
  const read = Object.keys(workflow.graph.nodes).toSorted((a, b) => at(a).x - at(b).x || at(a).y - at(b).y);
  const { order } = orderNodes(read, Object.values(workflow.graph.edges));
  // Those on a cycle have no place in the order.
  const ids = [...order, ...read.filter((each) => !order.includes(each))];
  const now = ids.indexOf(id ?? "");
  return ids[(now + by + ids.length) % Math.max(1, ids.length)];
}

function turnNode(by: number): void {
  const next = neighbourOf(selected().nodes.at(-1), by);
  if (next !== undefined) goToPlace({ node: next });
}

function addToSelection(by: number): void {
  const { nodes } = selected();
  const next = neighbourOf(nodes.at(-1), by);
  if (next !== undefined) selectNodes([...nodes.filter((id) => id !== next), next]);
}

function turnTab(by: number): void {
  const { tabs, activeId } = documentStore.getState();
  const at = tabs.findIndex(({ id }) => id === activeId);
  const next = tabs[(at + by + tabs.length) % Math.max(1, tabs.length)];
  if (next !== undefined) showTab(next.id);
}

function moveActiveTab(by: number): void {
  const { tabs, activeId } = documentStore.getState();
  if (activeId !== null) moveTab(activeId, tabs.findIndex(({ id }) => id === activeId) + by);
}

function turnRegion(by: number): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  regions[(at + by + regions.length) % Math.max(1, regions.length)]?.focus();
}
