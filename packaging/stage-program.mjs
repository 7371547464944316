// Lays what an installed program runs into one folder, as it will lie beside the archive, and its hashes where the archive takes them from.

import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { programFiles } from "./program-files.mjs";

const root = join(import.meta.dirname, "..");
/** electron-builder leaves out `node_modules` at the top of a folder, so the program lies one below. */
export const STAGED = "out/beside";
const HASHES = "out/main/program-hashes.json";

/** What serves to develop a package: electron-builder would leave it out, and it would then be missed. */
const OF_A_REPOSITORY =
  /(^|\/)(\.[^/]+|__pycache__|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|appveyor\.yml|circle\.yml)(\/|$)/;

/** @param {string} platform of Node @param {string} arch */
export function stageProgram(platform, arch) {
  rmSync(join(root, STAGED), { recursive: true, force: true });
  /** @type {Record<string, string | null>} */
  const hashes = {};
  for (const { from, keeps } of programFiles(platform, arch)) {
    for (const path of filesIn(from, keeps)) {
      const to = join(root, STAGED, "program", path);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(join(root, path), to);
      chmodSync(to, statSync(join(root, path)).mode & 0o111 ? 0o755 : 0o644);
      const bytes = readFileSync(to);
      // Signing for macOS changes them; the signature then says whether they were changed again.
      hashes[path] = platform === "darwin" && isMachO(bytes) ? null : createHash("sha256").update(bytes).digest("hex");
    }
  }
  writeFileSync(join(root, HASHES), JSON.stringify(hashes));
}

/** With slashes, from the repository. @param {string} from @param {(path: string) => boolean} keeps @returns {string[]} */
function filesIn(from, keeps) {
  if (!statSync(join(root, from)).isDirectory()) return [from];
  return readdirSync(join(root, from), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => !OF_A_REPOSITORY.test(path) && keeps(path.slice(from.length + 1)));
}

/** One architecture, or several in one file. @param {Buffer} bytes */
function isMachO(bytes) {
  return bytes.length > 4 && ["cffaedfe", "cafebabe"].includes(bytes.toString("hex", 0, 4));
}
