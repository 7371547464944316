import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeOf } from "../common/testing/code-of.ts";
import { readUnlessMissing } from "./read-unless-missing.ts";

test("only a file that is not there is missing; one that cannot be read is refused by its name", () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-missing-"));
  writeFileSync(join(folder, "file"), "text");
  mkdirSync(join(folder, "folder"));
  expect(readUnlessMissing(join(folder, "file"))).toBe("text");
  expect(readUnlessMissing(join(folder, "none"))).toBeNull();
  expect(codeOf(() => readUnlessMissing(join(folder, "folder")))).toBe("file-not-readable");
  expect(() => readUnlessMissing(join(folder, "folder"))).toThrow(join(folder, "folder"));
  rmSync(folder, { recursive: true });
});
