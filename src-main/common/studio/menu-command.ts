// What the native menus of the desktop app can ask of the page. The page knows these commands anyway: a menu only names them.

import { z } from "zod";

export const menuCommand = z.enum([
  "new-workflow",
  "open",
  "save",
  "save-as",
  "export-bundle",
  "close-tab",
  "show-templates",
  "show-preferences",
  /** Of the text field that has the focus, otherwise of the workflow; so are `redo`, `delete` and `select-all`. */
  "undo",
  "redo",
  "delete",
  "select-all",
  "duplicate",
  "add-node",
  "connect-to",
  "group",
  "bypass",
  "mute",
  "auto-layout",
  "zoom-in",
  "zoom-out",
  "fit",
  "zoom-to-selection",
  "show-plan",
  "train",
  "pause",
  "stop",
  "sample-now",
  "save-now",
  "show-runs",
  "show-problems",
  "show-shortcuts",
]);
export type MenuCommand = z.output<typeof menuCommand>;
