// What the desktop app's menus ask for, as commands of this page.

import type { MenuCommand } from "../../src-main/common/studio/menu-command.ts";
import { studio } from "../api/studio.ts";
import { activeTab } from "../state/document-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { attempt } from "../state/toast-store.ts";
import { isEditing } from "./clipboard.ts";
import { type CommandId, runCommand } from "./commands.ts";

const COMMAND_OF: Partial<Record<MenuCommand, CommandId>> = {
  "new-workflow": "file.new",
  open: "file.open",
  save: "file.save",
  "save-as": "file.saveAs",
  "close-tab": "file.close",
  "show-templates": "file.templates",
  "show-preferences": "help.commands",
  undo: "edit.undo",
  redo: "edit.redo",
  delete: "edit.delete",
  "select-all": "edit.selectAll",
  duplicate: "edit.duplicate",
  "add-node": "nodes.add",
  "connect-to": "nodes.connect",
  group: "nodes.group",
  bypass: "nodes.bypass",
  mute: "nodes.mute",
  "auto-layout": "nodes.layout",
  "zoom-in": "view.zoomIn",
  "zoom-out": "view.zoomOut",
  fit: "view.fit",
  "zoom-to-selection": "view.zoomSelection",
  train: "run.train",
  "show-problems": "view.problems",
  "show-shortcuts": "help.shortcuts",
};
const PANEL_OF: Partial<Record<MenuCommand, string>> = {
  "show-plan": "plan",
  "show-runs": "gallery",
  "export-bundle": "gallery",
};
/** Of a text field that has the focus, rather than of the workflow. */
const OF_FIELDS: Partial<Record<MenuCommand, string>> = {
  undo: "undo",
  redo: "redo",
  delete: "delete",
  "select-all": "selectAll",
};
const OF_JOBS = { pause: "pause", stop: "stop", "sample-now": "sample now", "save-now": "save now" } as const;

export function runMenuCommand(command: MenuCommand): void {
  const field = OF_FIELDS[command];
  if (field !== undefined && isEditing(document.activeElement)) {
    document.execCommand(field);
    return;
  }
  const [id, panel] = [COMMAND_OF[command], PANEL_OF[command]];
  if (id !== undefined) runCommand(id);
  if (panel !== undefined) showPanel(panel);
  if (isOfJobs(command)) tellJob(OF_JOBS[command]);
}

function isOfJobs(command: MenuCommand): command is keyof typeof OF_JOBS & MenuCommand {
  return Object.hasOwn(OF_JOBS, command);
}

function tellJob(command: (typeof OF_JOBS)[keyof typeof OF_JOBS]): void {
  const tab = activeTab();
  const job = tab && jobOfTab(runStore.getState(), tab.id, tab.path);
  if (job !== undefined) attempt(() => studio.command({ run: job.run, command }));
}
