// What was drawn, as a file to take away.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { zipSync } from "fflate";
import type { ApiClient } from "../common/api.ts";
import { refuse } from "../common/diagnostic.ts";
import type { AppliedResult, ExportAppliedInput } from "../common/studio/applied.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { readApplied } from "./applied-results.ts";
import type { Home } from "./home.ts";
import { kindOfRun } from "./run-folder.ts";

/** @throws Refusal for a column or a frame that was not drawn */
export async function exportApplied(
  home: Home,
  helper: ApiClient,
  { id, name, format, columns, scale, frame }: ExportAppliedInput,
): Promise<{ path: string; url: string }> {
  const result = findResult(home, id, name);
  const { parameters, recipe, settings } = result;
  const all = columns.map((column) => framesOf(result, column));
  const shown = format === "png" ? all.map((files) => files.slice(frame, frame + 1)) : all;
  if (shown.some(({ length }) => length === 0)) refuseMissing(`frame ${frame}`);
  const parts = [id, name, ...columns, `${scale}x`, format === "png" ? `${frame + 1}` : ""];
  const stem = join(home.exports, parts.filter((part) => part !== "").join("-"));
  makeFolder(home.exports);
  const out = `${stem}${ENDINGS[format]}`;
  await helper.exportVideo({ columns: shown, fps: settings.fps, scale, parameters, recipe, out });
  const path = format === "frames" ? packed(out) : out;
  return { path, url: `files/exports/${encodeURIComponent(basename(path))}?v=${Date.now()}` };
}

const ENDINGS: Readonly<Record<ExportAppliedInput["format"], string>> = {
  webp: ".webp",
  gif: ".gif",
  apng: ".png",
  png: ".png",
  // A folder.
  frames: "",
};

/** A `.zip` in place of a folder. */
function packed(folder: string): string {
  const path = `${folder}.zip`;
  const entries = readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const);
  // Pictures do not get smaller.
  writeFileAtomically(path, zipSync(Object.fromEntries(entries), { level: 0 }));
  rmSync(folder, { recursive: true });
  return path;
}

function findResult(home: Home, run: string, name: string): AppliedResult {
  const folder = join(home.runs, run);
  const results = kindOfRun(folder) === null ? [] : readApplied(run, folder);
  return results.find((result) => result.name === name) ?? refuseMissing(`${run} ${name}`.trim());
}

function framesOf({ columns }: AppliedResult, wanted: string): string[] {
  const found = columns.find(({ column }) => column === wanted);
  if (found === undefined) return refuseMissing(`column ${wanted}`);
  return found.frames.map(({ path }) => path);
}

function refuseMissing(part: string): never {
  refuse({
    code: "applied-part",
    at: { part },
    message: "this was not drawn",
    help: "choose among what the result shows",
  });
}
