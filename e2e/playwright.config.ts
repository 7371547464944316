// End-to-end tests: the built program, used from outside as a person uses it.

import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "./chromium.ts";
import type { EditorOptions } from "./editor-app.ts";
import { findElectron } from "./electron-app.ts";

/** Without a binary `desktop.spec.ts` says so. */
const desktop = { name: "desktop", testMatch: "editor-*.spec.ts", use: { shell: "desktop" } } as const;

const LONGEST = "demo.spec.ts";

export default defineConfig<EditorOptions>({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  globalSetup: "./build-page.ts",
  outputDir: "results",
  // One picture for all systems: they are compared without regard to fonts.
  snapshotPathTemplate: "looks/{arg}{ext}",
  // Every test has a home and an engine of its own. An engine uses every core, but the other test's page mostly waits.
  workers: 2,
  timeout: 10 * 60_000,
  // A page may take longer than five seconds to open on a busy machine.
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [
    ["list"],
    ["./skipped-reporter.ts"],
    // For a program that counts.
    ...(process.env["PLAYWRIGHT_JSON_OUTPUT_FILE"] === undefined ? [] : [["json"] as const]),
  ],
  // What takes longest begins first, so that all the rest runs beside it.
  projects: [
    { name: "demo", testMatch: LONGEST },
    { name: "browser", testIgnore: LONGEST },
    ...(findElectron() === null ? [] : [desktop]),
  ],
  // A click that finds nothing says so long before its test ends.
  use: { launchOptions: chromiumOptions(), actionTimeout: 2 * 60_000, screenshot: "only-on-failure" },
});
