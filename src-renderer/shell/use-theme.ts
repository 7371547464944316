// Light, dark, or as the system says; the style sheets do the rest.

import { useEffect } from "react";
import { usePreference } from "../state/preference-store.ts";

export function useTheme(): void {
  const theme = usePreference("theme");
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}
