// What is measured of the page, rather than tested: `npm run bench:canvas`.

import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "./chromium.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.bench.ts",
  globalSetup: "./build-page.ts",
  outputDir: "results",
  workers: 1,
  timeout: 3 * 60_000,
  forbidOnly: true,
  reporter: "line",
  use: { launchOptions: chromiumOptions() },
});
