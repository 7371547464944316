// The browser that the editor is tested in: that of the system, or else the one that Playwright installs, which says so if it is missing.

import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const OF_THE_SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const NO_CHROMIUM =
  "Chromium is not installed, so no page is tested: install the system's, or `npx playwright install chromium`";

export function hasChromium(): boolean {
  return existsSync(chromiumOptions().executablePath ?? chromium.executablePath());
}

export function chromiumOptions(): { readonly executablePath?: string } {
  const executablePath = OF_THE_SYSTEM.find((path) => existsSync(path));
  return executablePath === undefined ? {} : { executablePath };
}
