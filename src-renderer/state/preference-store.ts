// What the editor remembers about itself, kept by the program.

import { z } from "zod";
import { create } from "zustand";
import { deviceChoice } from "../../src-main/common/device.ts";
import { studio } from "../api/studio.ts";

const preferences = z.object({
  theme: z.enum(["system", "light", "dark"]).catch("system"),
  /** Own key combinations by command; an empty text: none. */
  shortcuts: z.record(z.string(), z.string()).catch({}),
  snap: z.boolean().catch(false),
  minimap: z.boolean().catch(true),
  /** `null`: as the window's width has it, see `shell/side-panels.ts`. */
  libraryOpen: z.boolean().nullable().catch(null),
  inspectorOpen: z.boolean().nullable().catch(null),
  /** Closed until there is something in it. */
  dockOpen: z.boolean().catch(false),
  dockHeight: z.number().min(120).max(800).catch(300),
  dockPanel: z.string().catch("problems"),
  /** How the gallery shows runs, and which columns its table leaves out; `null`: those that are rarely wanted. */
  galleryView: z.enum(["cards", "table"]).catch("cards"),
  hiddenRunColumns: z.array(z.string()).nullable().catch(null),
  /** Whether the system tells when a run ends while nobody looks at the page. */
  notifies: z.boolean().catch(false),
  /** What learning runs on. */
  device: deviceChoice.catch("auto"),
  /** Where a file was chosen last. */
  lastFolder: z.string().catch(""),
  /** What was chosen for files of other machines, by their names. */
  replacements: z.record(z.string(), z.string()).catch({}),
  /** Whether it was ever started here. */
  isKnown: z.boolean().catch(false),
});
export type Preferences = z.output<typeof preferences>;

const WAIT_MS = 400;
let pending: ReturnType<typeof setTimeout> | undefined;
/** Keys of other versions are kept. */
let others: Record<string, unknown> = {};

export const preferenceStore = create<Preferences>(() => preferences.parse({}));

export function usePreference<Key extends keyof Preferences>(key: Key): Preferences[Key] {
  return preferenceStore((state) => state[key]);
}

/** @throws Refusal if the program cannot be asked */
export async function loadPreferences(): Promise<void> {
  others = await studio.preferences({});
  preferenceStore.setState(preferences.parse(others));
}

export function setPreference<Key extends keyof Preferences>(key: Key, value: Preferences[Key]): void {
  preferenceStore.setState({ [key]: value });
  clearTimeout(pending);
  pending = setTimeout(() => {
    // What cannot be kept now is kept with the next change.
    studio.savePreferences({ ...others, ...preferenceStore.getState() }).catch(() => undefined);
  }, WAIT_MS);
}
