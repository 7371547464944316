// Light, dark, or as the system says; the style sheets do the rest.

import { useEffect, useState } from "react";
import { usePreference } from "../state/preference-store.ts";

export function useTheme(): void {
  const theme = usePreference("theme");
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}

const SYSTEM_IS_DARK = window.matchMedia("(prefers-color-scheme: dark)");

/** For what the style sheets do not reach. */
export function useDark(): boolean {
  const theme = usePreference("theme");
  const [isSystemDark, setSystemDark] = useState(SYSTEM_IS_DARK.matches);
  useEffect(() => {
    const listen = (event: MediaQueryListEvent): void => setSystemDark(event.matches);
    SYSTEM_IS_DARK.addEventListener("change", listen);
    return () => SYSTEM_IS_DARK.removeEventListener("change", listen);
  }, []);
  return theme === "dark" || (theme === "system" && isSystemDark);
}
