// Builds the page before the tests: they use it as `reneg serve` gives it out.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

// oxlint-disable-next-line import/no-default-export -- Playwright finds a setup as the default export.
export default function buildPage(): void {
  const repository = join(import.meta.dirname, "..");
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], {
    cwd: repository,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`the page cannot be built:\n${stdout}\n${stderr}`);
}
