// Starts the desktop app as `npm start` does, from the repository, with a home of its own.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { _electron, type ElectronApplication } from "@playwright/test";

const REPOSITORY = join(import.meta.dirname, "..");

export const NO_ELECTRON =
  "Electron's binary is not installed, so the desktop window goes untested: `npm run setup:desktop` fetches it, " +
  "or ELECTRON_OVERRIDE_DIST_PATH names a folder that holds it";

/** Asking the package itself would start a download. */
export function findElectron(): string | null {
  const electron = join(REPOSITORY, "src-main/app/node_modules/electron");
  const pathFile = join(electron, "path.txt");
  const name = existsSync(pathFile) ? readFileSync(pathFile, "utf8") : "electron";
  const file = join(process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(electron, "dist"), name);
  return existsSync(file) ? file : null;
}

/** @param files as a file manager names them */
export function startDesktop(
  executablePath: string,
  home: string,
  ...files: readonly string[]
): Promise<ElectronApplication> {
  // Chromium has no sandbox for root.
  const options = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return _electron.launch({
    executablePath,
    args: [...options, REPOSITORY, ...files],
    env: { ...process.env, RENEG_HOME: home },
  });
}
