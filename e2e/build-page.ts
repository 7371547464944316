// Builds the page before the tests, if it is older than its sources: they use it as `reneg serve` gives it out.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

// oxlint-disable-next-line import/no-default-export -- Playwright finds a setup as the default export.
export default function buildPage(): void {
  const build = join(import.meta.dirname, "../src-main/app/build-if-stale.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [build], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the page cannot be built:\n${stdout}\n${stderr}`);
}
