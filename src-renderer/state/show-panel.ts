// Brings one of the panels under the canvas to the front.

import { setPreference } from "./preference-store.ts";

export function showPanel(id: string): void {
  setPreference("dockPanel", id);
  setPreference("dockOpen", true);
}
