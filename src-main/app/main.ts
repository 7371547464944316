// The desktop app: one program, one window, the studio in this process and its engines in processes of their own. Only wiring.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { app, type BrowserWindow, dialog, Menu, protocol, session, shell } from "electron";
import { printDiagnostic, Refusal } from "../common/diagnostic.ts";
import { usualHome } from "../studio/home.ts";
import { createMailbox, listenedTo } from "../studio/mailbox.ts";
import { createStudio, type Studio } from "../studio/studio.ts";
import { createCrashLog } from "./crash-log.ts";
import { createEnding, type Ending } from "./ending.ts";
import { mayOpenExternally } from "./external-links.ts";
import { followRuns } from "./follow-runs.ts";
import { handOutPorts } from "./hand-out-ports.ts";
import { menuTemplate } from "./menu-template.ts";
import { openedFiles } from "./opened-files.ts";
import { createPageResponder } from "./page-responder.ts";
import { confinePages, denyPermissions } from "./permissions.ts";
import { checkInstalled } from "./program-hashes.ts";
import { studioResponse } from "./studio-files.ts";
import { openWindow } from "./window.ts";

const NAME = "ReNeg Studio";
/** As the installer registers the program with Windows, which shows no notifications of others. */
const WINDOWS_ID = "studio.reneg.desktop";

const home = usualHome();
/** What Chromium keeps. Its lock makes the program the only one of this home. */
const chromium = join(home, "chromium");
const built = join(app.getAppPath(), "out");
const isMac = process.platform === "darwin";

const log = createCrashLog(
  join(home, "crash.log"),
  `${NAME} ${app.getVersion()} with Electron ${process.versions["electron"]} on ${process.platform} ${process.arch}`,
);
let window: BrowserWindow | null = null;
let studio: Studio | null = null;
let ending: Ending | null = null;
const mailbox = createMailbox((event) => studio?.announce(event));

mkdirSync(chromium, { recursive: true, mode: 0o700 });
app.setName(NAME);
app.setAppUserModelId(WINDOWS_ID);
app.setPath("userData", chromium);
// Before anything else is wired: a second program only hands its files to the first.
if (app.requestSingleInstanceLock()) begin();
else app.quit();

function begin(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: "app",
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true },
    },
  ]);
  app.enableSandbox();
  confinePages(app);
  process.on("uncaughtExceptionMonitor", (fault) => log.write("a fault of the program", fault));
  process.on("unhandledRejection", (fault) => log.write("a fault of the program", fault));
  app.on("child-process-gone", (_event, details) => log.write("a process of Chromium is gone", details));
  app.on("second-instance", (_event, line, folder) => openFiles(openedFiles(line.slice(1), folder)));
  app.on("open-file", (event, path) => {
    event.preventDefault();
    openFiles([path]);
  });
  app.on("activate", showWindow);
  app.on("window-all-closed", () => {
    if (!isMac) app.quit();
  });
  app.on("before-quit", (event) => {
    if (ending === null || ending.request()) return;
    event.preventDefault();
    window?.setTitle(`${NAME} – ending with the step in work; quit again to end at once`);
  });
  openFiles(openedFiles(process.argv.slice(1), process.cwd()));
  app.whenReady().then(start).catch(giveUp);
}

async function start(): Promise<void> {
  await checkInstalled(built, new URL("../../", import.meta.url));
  const opened = createStudio({
    home,
    version: app.getVersion(),
    shell: "desktop",
    reveal: (path) => shell.showItemInFolder(path),
    engine: { onDeath: (diagnostic) => log.write("an engine is gone", printDiagnostic(diagnostic)) },
  });
  studio = opened;
  ending = createEnding(opened, {
    onEnded: () => app.quit(),
    onFault: (fault) => log.write("the studio could not be closed", fault),
  });
  denyPermissions(session.defaultSession);
  protocol.handle(
    "app",
    createPageResponder({
      folder: join(built, "renderer"),
      studio: (request, url) => studioResponse(opened, request, url),
    }),
  );
  handOutPorts(listenedTo(opened.handlers, mailbox), log.write);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(process.platform, {
        command(command) {
          mailbox.tell({ type: "command", command });
          showWindow();
        },
        showLog,
        showFolder: () => void shell.openPath(home),
        openLink(link) {
          if (mayOpenExternally(link)) void shell.openExternal(link);
        },
      }),
    ),
  );
  showWindow();
  void followRuns(opened, { current: () => window, show: showWindow });
}

function openFiles(paths: readonly string[]): void {
  for (const path of paths) mailbox.tell({ type: "open", path });
  showWindow();
}

/** Brings the window to the front, or opens one; before the studio is there it comes by itself. */
function showWindow(): void {
  if (studio === null) return;
  if (window === null) {
    window = newWindow();
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function newWindow(): BrowserWindow {
  const opened = openWindow(join(home, "window.json"), join(built, "preload", "preload.cjs"));
  opened.on("close", (event) => {
    // Elsewhere the window is the program: it stays until what learns has ended with its step.
    if (isMac || ending === null || ending.request()) return;
    event.preventDefault();
    opened.setTitle(`${NAME} – ending with the step in work; close again to end at once`);
  });
  opened.on("closed", () => {
    window = null;
  });
  opened.webContents.on("render-process-gone", (_event, details) => {
    log.write("the page is gone", details);
    if (details.reason !== "clean-exit") void offerReload(opened);
  });
  return opened;
}

async function offerReload(broken: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(broken, {
    type: "error",
    message: "The page of the editor has crashed",
    detail: `What learns goes on, and drafts are kept. Details are in ${log.path}`,
    buttons: ["Reload", "Quit"],
  });
  if (response === 0) broken.reload();
  else app.quit();
}

function showLog(): void {
  if (existsSync(log.path)) shell.showItemInFolder(log.path);
  else void dialog.showMessageBox({ message: "Nothing has gone wrong so far", detail: `It would be in ${log.path}` });
}

/** Without a studio there is nothing to show. */
function giveUp(fault: unknown): void {
  if (fault instanceof Refusal) {
    const [first] = fault.diagnostics;
    dialog.showErrorBox(`${NAME} cannot start: ${first?.message}`, `${first?.at.file ?? ""}\n\n${first?.help ?? ""}`);
  } else {
    log.write("the program could not start", fault);
    dialog.showErrorBox(`${NAME} cannot start`, `${String(fault)}\n\nDetails are in ${log.path}`);
  }
  app.exit(1);
}
