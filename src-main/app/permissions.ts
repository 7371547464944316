// What pages are denied: every permission, every other page, every new window. Electron allows all of it unless told otherwise.

import { type App, type Session, shell, type WebContents } from "electron";
import { DESKTOP_ORIGIN } from "../common/studio/desktop-port.ts";
import { mayOpenExternally } from "./external-links.ts";

export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isHarmless(permission)));
  session.setPermissionCheckHandler((_contents, permission) => isHarmless(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}

export function confinePages(app: App): void {
  app.on("web-contents-created", (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.on("will-navigate", (details) => {
    if (details.url !== `${DESKTOP_ORIGIN}/` && details.url !== contents.getURL()) details.preventDefault();
  });
  contents.on("will-frame-navigate", (details) => {
    if (!details.isMainFrame) details.preventDefault();
  });
  contents.on("will-redirect", (details) => details.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenExternally(url)) void shell.openExternal(url);
    return { action: "deny" };
  });
}

/** Copying from the canvas, on the user's own key press. Reading the clipboard happens by the paste event alone. */
function isHarmless(permission: string): boolean {
  return permission === "clipboard-sanitized-write";
}
