// What the desktop app's menus ask for, as commands of this page.

import type { MenuCommand } from "../../src-main/common/studio/menu-command.ts";
import { isEditing } from "./clipboard.ts";
import { type CommandId, runCommand } from "./commands.ts";

const COMMAND_OF: Readonly<Record<MenuCommand, CommandId>> = {
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
  "show-plan": "view.plan",
  "show-runs": "view.gallery",
  "export-bundle": "run.export",
  train: "run.train",
  pause: "run.pause",
  stop: "run.stop",
  "sample-now": "run.sample",
  "save-now": "run.save",
  "show-problems": "view.problems",
  "show-shortcuts": "help.shortcuts",
};
/** Of a text field that has the focus, rather than of the workflow. */
const OF_FIELDS: Partial<Record<MenuCommand, string>> = {
  undo: "undo",
  redo: "redo",
  delete: "delete",
  "select-all": "selectAll",
};

export function runMenuCommand(command: MenuCommand): void {
  const field = OF_FIELDS[command];
  if (field !== undefined && isEditing(document.activeElement)) {
    document.execCommand(field);
    return;
  }
  runCommand(COMMAND_OF[command]);
}
