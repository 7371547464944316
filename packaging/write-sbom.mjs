// Lists everything that the lock files name, with its hash and licence, as npm itself makes such a list (CycloneDX).
// npm run sbom writes out/sbom.cdx.json, of the program and what builds it, and out/sbom-window.cdx.json, of the window's own packages.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MEGABYTE = 2 ** 20;
const root = join(import.meta.dirname, "..");

const npm = process.env["npm_execpath"];
if (npm === undefined) {
  console.error("error: npm is not known here\n  help: call it as `npm run sbom`");
  process.exit(1);
}
mkdirSync(join(root, "out"), { recursive: true });
write(".", "sbom.cdx.json");
write("src-main/app", "sbom-window.cdx.json");

/** @param {string} folder @param {string} name */
function write(folder, name) {
  const args = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application", "--package-lock-only"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [npm ?? "", ...args], {
    cwd: join(root, folder),
    encoding: "utf8",
    maxBuffer: 64 * MEGABYTE,
  });
  if (status !== 0) {
    console.error(stderr);
    process.exit(status ?? 1);
  }
  const file = join(root, "out", name);
  writeFileSync(file, stdout);
  console.log(`${file}: ${JSON.parse(stdout).components.length} packages`);
}
