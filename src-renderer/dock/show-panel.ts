// Brings a panel of the dock to the front.

import { setPreference } from "../state/preference-store.ts";

export function showPanel(id: string): void {
  setPreference("dockPanel", id);
  setPreference("dockOpen", true);
}
