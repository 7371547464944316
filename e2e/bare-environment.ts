// A fresh clone on a machine as it is before anything was installed on it.

import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const REPOSITORY = join(import.meta.dirname, "..");

/** What git knows of the repository, as it is in the working tree, at a place with no packages above it. */
export function cloneRepository(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "reneg-clone-"));
  const { status, stdout, stderr } = spawnSync("git", ["ls-files", "-z"], {
    cwd: REPOSITORY,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`git cannot list the repository's files: ${stderr}`);
  for (const name of stdout.split("\0").filter((path) => path !== "" && existsSync(join(REPOSITORY, path)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(REPOSITORY, name), join(folder, name));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A line of the shell that finds Node, npm, git and coreutils, and an empty home. @returns both streams as one text */
export async function runBare(folder: string, line: string): Promise<{ code: number | null; output: string }> {
  const bare = join(REPOSITORY, ".ci/bare.mjs");
  const child = spawn(process.execPath, [bare, `exec 2>&1; ${line}`], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const output = await text(child.stdout);
  return { code: await ended, output };
}
