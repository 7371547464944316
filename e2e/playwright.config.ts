// End-to-end tests: the built program, used from outside as a person uses it.

import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "./chromium.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  globalSetup: "./build-page.ts",
  outputDir: "results",
  // Every test starts an engine, and one engine already uses every core.
  workers: 1,
  timeout: 10 * 60_000,
  forbidOnly: true,
  reporter: "list",
  use: { launchOptions: chromiumOptions(), screenshot: "only-on-failure" },
});
