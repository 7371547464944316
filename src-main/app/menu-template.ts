// The native menus as data. Their items name commands of the page; the shortcuts stay the page's, which lets text fields undo their own text.

import type { MenuItemConstructorOptions } from "electron";
import type { MenuCommand } from "../common/studio/menu-command.ts";

export interface MenuActions {
  readonly command: (command: MenuCommand) => void;
  readonly showLog: () => void;
  readonly showFolder: () => void;
  readonly openLink: (link: string) => void;
}

const PROJECT_PAGE = "https://arxiv.org/abs/2412.19637";

const line: MenuItemConstructorOptions = { type: "separator" };

type MakeItem = (label: string, command: MenuCommand, accelerator?: string) => MenuItemConstructorOptions;

export function menuTemplate(platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const item: MakeItem = (label, command, accelerator) => ({
    id: command,
    label,
    click: () => actions.command(command),
    // Shown, but left to the page. macOS asks the page first by itself.
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const isMac = platform === "darwin";

  return [
    ...(isMac ? [{ role: "appMenu" } as const] : []),
    {
      label: "&File",
      submenu: [
        item("New Workflow", "new-workflow", "CmdOrCtrl+N"),
        item("Templates…", "show-templates"),
        item("Open…", "open", "CmdOrCtrl+O"),
        line,
        item("Save", "save", "CmdOrCtrl+S"),
        item("Save As…", "save-as", "CmdOrCtrl+Shift+S"),
        item("Export Bundle…", "export-bundle"),
        line,
        item("Preferences…", "show-preferences", "CmdOrCtrl+,"),
        item("Close Tab", "close-tab", "CmdOrCtrl+W"),
        ...(isMac ? [] : [line, { role: "quit" } as const]),
      ],
    },
    {
      label: "&Edit",
      submenu: [
        item("Undo", "undo", "CmdOrCtrl+Z"),
        item("Redo", "redo", isMac ? "Cmd+Shift+Z" : "Ctrl+Y"),
        line,
        // These reach the page as clipboard events, of a text field or of the canvas.
        { role: "cut", registerAccelerator: false },
        { role: "copy", registerAccelerator: false },
        { role: "paste", registerAccelerator: false },
        item("Duplicate", "duplicate", "CmdOrCtrl+D"),
        item("Delete", "delete"),
        item("Select All", "select-all", "CmdOrCtrl+A"),
      ],
    },
    ...workMenus(item),
    ...(isMac ? [{ role: "windowMenu" } as const] : []),
    {
      role: "help",
      label: "&Help",
      submenu: [
        item("Keyboard Shortcuts", "show-shortcuts"),
        { label: "About the Method (ReNeg)", click: () => actions.openLink(PROJECT_PAGE) },
        line,
        { label: "Show Folder of Runs and Workflows", click: actions.showFolder },
        { label: "Show Crash Log", click: actions.showLog },
      ],
    },
  ];
}

function workMenus(item: MakeItem): readonly MenuItemConstructorOptions[] {
  return [
    {
      label: "&Graph",
      submenu: [
        item("Add Node…", "add-node"),
        item("Connect to…", "connect-to"),
        line,
        item("Group", "group"),
        item("Bypass", "bypass"),
        item("Mute", "mute"),
        line,
        item("Arrange", "auto-layout"),
      ],
    },
    {
      label: "&Run",
      submenu: [
        item("Show Plan", "show-plan"),
        item("Train", "train"),
        line,
        item("Pause", "pause"),
        item("Stop", "stop"),
        line,
        item("Sample Now", "sample-now"),
        item("Save Embedding Now", "save-now"),
      ],
    },
    {
      label: "&View",
      submenu: [
        item("Runs", "show-runs"),
        item("Problems", "show-problems"),
        line,
        item("Zoom In", "zoom-in"),
        item("Zoom Out", "zoom-out"),
        item("Fit", "fit"),
        item("Zoom to Selection", "zoom-to-selection"),
        line,
        { role: "togglefullscreen" },
        { role: "toggleDevTools" },
      ],
    },
  ];
}
