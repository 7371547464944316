// Whether the server of browser mode still knows this browser.

import { DESKTOP_ORIGIN } from "../../src-main/common/studio/desktop-port.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

export function isBrowser(): boolean {
  return window.location.origin !== DESKTOP_ORIGIN;
}

/** A server that does not answer at all says nothing about it. */
export async function isSignedOut(): Promise<boolean> {
  if (!isBrowser()) return false;
  try {
    return !(await fetch(new URL("session", document.baseURI))).ok;
  } catch {
    return false;
  }
}

/** Ends the sessions of all browsers, this one's too. */
export async function signOut(): Promise<void> {
  const { ok } = await fetch(new URL("sign-out", document.baseURI), { method: "POST" });
  if (!ok) toast({ tone: "error", title: text.connection.cannotSignOut });
}
