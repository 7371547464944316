// The images of README and docs, made anew: `npm run docs:images`.

import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "./chromium.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "docs-images.ts",
  globalSetup: "./build-page.ts",
  outputDir: "results",
  workers: 1,
  timeout: 15 * 60_000,
  forbidOnly: true,
  reporter: "list",
  use: { launchOptions: chromiumOptions() },
});
