// Notices of the system when a run ends while nobody looks at the page. Only who asked for them gets any.

import { preferenceStore, setPreference } from "../state/preference-store.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const words = text.learning.notices;

/** The desktop app tells by itself. */
export function notify(title: string, body: string | undefined): void {
  if (window.studioShell !== undefined || !preferenceStore.getState().notifies || document.hasFocus()) return;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notice = new Notification(title, body === undefined ? {} : { body });
  notice.addEventListener("click", () => {
    window.focus();
    notice.close();
  });
}

/** Asks the browser when they are turned on, which it allows only then. */
export async function toggleNotices(): Promise<void> {
  if (window.studioShell !== undefined) return toast({ tone: "info", title: words.ofDesktop });
  if (preferenceStore.getState().notifies) {
    setPreference("notifies", false);
    return toast({ tone: "info", title: words.off });
  }
  const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
  if (answer !== "granted") return toast({ tone: "warning", title: words.denied, detail: words.deniedHelp });
  setPreference("notifies", true);
  toast({ tone: "success", title: words.on });
}
