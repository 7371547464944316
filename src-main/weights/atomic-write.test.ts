import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { refusalOf } from "../common/testing/refusal-of.ts";
import { appendToFile, copyFileAtomically, makeFolder, moveDurably, writeFileAtomically } from "./atomic-write.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atomic-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a file appears with all of its chunks and nothing else beside it", () => {
  const file = join(folder, "state.bin");
  writeFileAtomically(file, [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]);
  expect([...readFileSync(file)]).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(["state.bin"]);
});

test("an existing file is replaced", () => {
  const file = join(folder, "state.json");
  writeFileAtomically(file, "old and long");
  writeFileAtomically(file, "new");
  expect(readFileSync(file, "utf8")).toBe("new");
});

test("when a chunk cannot be produced, the old file stays and the temporary one is gone", () => {
  const file = join(folder, "state.bin");
  writeFileSync(file, "old");
  function* broken(): Generator<Uint8Array> {
    yield Uint8Array.of(1);
    throw new RangeError("out of numbers");
  }
  expect(() => writeFileAtomically(file, broken())).toThrow(RangeError);
  expect(readFileSync(file, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["state.bin"]);
});

test("a missing folder is refused with its path", () => {
  const file = join(folder, "nowhere", "state.bin");
  const { diagnostics } = refusalOf(() => writeFileAtomically(file, "x"));
  expect(diagnostics[0]).toMatchObject({ code: "file-not-writable", at: { file } });
  expect(diagnostics[0]?.help).toContain("create the folder");
});

test("a name that a folder already has is refused and leaves no temporary file", () => {
  const file = join(folder, "taken");
  mkdirSync(file);
  expect(refusalOf(() => writeFileAtomically(file, "x")).diagnostics[0]?.at).toEqual({ file });
  expect(readdirSync(folder)).toEqual(["taken"]);
});

// For root no folder is unwritable.
test("an unwritable folder is refused", ({ skip }) => {
  skip(
    process.platform !== "linux" || process.getuid?.() === 0,
    "root may write everywhere, and Windows knows no such folder",
  );
  chmodSync(folder, 0o500);
  const file = join(folder, "state.bin");
  expect(refusalOf(() => writeFileAtomically(file, "x")).diagnostics[0]?.help).toContain("may write");
  expect(existsSync(file)).toBe(false);
  chmodSync(folder, 0o700);
});

test("folders are made with those that they lie in, and one that cannot be made is refused with the reason", () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-folder-"));
  makeFolder(join(folder, "a", "b"));
  makeFolder(join(folder, "a", "b"));
  expect(existsSync(join(folder, "a", "b"))).toBe(true);
  writeFileSync(join(folder, "file"), "");
  expect(() => makeFolder(join(folder, "file"))).toThrow(/cannot make the folder: file already exists/);
  expect(() => makeFolder(join(folder, "file", "c"))).toThrow(/cannot make the folder: not a directory/);
  rmSync(folder, { recursive: true });
});

test("a line is added to a file, and refused where there can be none", () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-append-"));
  appendToFile(join(folder, "lines"), "a\n");
  appendToFile(join(folder, "lines"), "b\n");
  expect(readFileSync(join(folder, "lines"), "utf8")).toBe("a\nb\n");
  expect(() => appendToFile(join(folder, "nowhere", "lines"), "a\n")).toThrow(Refusal);
  rmSync(folder, { recursive: true });
});

test("a copy has every byte, also of a file larger than what is read at once, and nothing else lies beside it", () => {
  const bytes = new Uint8Array(2 ** 22 + 5).map((_, i) => i % 251);
  writeFileSync(join(folder, "a"), bytes);
  copyFileAtomically(join(folder, "a"), join(folder, "b"));
  expect(Buffer.compare(readFileSync(join(folder, "b")), bytes)).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(["a", "b"]);
});

test("a folder moves whole, and where it cannot go the refusal names both", () => {
  mkdirSync(join(folder, "run"));
  writeFileSync(join(folder, "run", "plan.json"), "{}");
  moveDurably(join(folder, "run"), join(folder, "moved"));
  expect(readdirSync(folder)).toEqual(["moved"]);
  const refusal = refusalOf(() => moveDurably(join(folder, "moved"), join(folder, "missing", "deeper")));
  expect(refusal.diagnostics[0]).toMatchObject({
    code: "file-not-writable",
    message: expect.stringContaining("moved"),
  });
  expect(readdirSync(folder)).toEqual(["moved"]);
});
