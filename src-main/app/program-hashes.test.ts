import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { checkInstalled, checkProgram } from "./program-hashes.ts";

const FILES = { "src-main/engine/engine.ts": "export {};", "node_modules/zod/index.js": "zod", "bin/node": "native" };
const hashes = {
  ...Object.fromEntries(
    Object.entries(FILES).map(([path, text]) => [path, createHash("sha256").update(text).digest("hex")]),
  ),
  // As on macOS: its signature covers it.
  "bin/node": null,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-program-"));
  for (const [path, text] of Object.entries(FILES)) write(path, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function refusal(): Promise<string> {
  const fault = await checkProgram(folder, hashes).then(
    () => new Error("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  if (!(fault instanceof Refusal)) throw fault;
  const [{ code, at, message } = { code: "", at: {}, message: "" }] = fault.diagnostics;
  return `${code} ${at.file} ${message}`;
}

test("a program as it was packaged starts, whatever Node has compiled of it, and whatever macOS has signed", async () => {
  write("node_modules/.cache/node/compiled", "machine code");
  write("bin/node", "native, signed");
  await expect(checkProgram(folder, hashes)).resolves.toBeUndefined();
});

test("a changed file is named", async () => {
  write("src-main/engine/engine.ts", "export {}; ");
  expect(await refusal()).toMatch(/^program-changed .*engine\.ts the installed program is not .*1 changed$/);
});

test("a file that is missing, and one that was not packaged and would be found before another, are told", async () => {
  rmSync(join(folder, "bin/node"));
  write("src-main/node_modules/zod/index.js", "another zod");
  expect(await refusal()).toMatch(/bin.node .*1 missing, 1 added$/);
});

test("an archive without the list is refused, and sources are never checked", async () => {
  const program = pathToFileURL(`${folder}/`);
  await expect(checkInstalled(join(folder, "resources/app.asar/out"), program)).rejects.toThrow(Refusal);
  await expect(checkInstalled(join(folder, "out"), program)).resolves.toBeUndefined();
});
