import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isThere, mayBeThere } from "./is-there.ts";

test("a path that the system cannot follow is no path to nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-there-"));
  writeFileSync(join(folder, "file"), "");
  symlinkSync("loop", join(folder, "loop"));
  expect(isThere(join(folder, "file"))).toBe(true);
  expect(isThere(join(folder, "none"))).toBe(false);
  expect(isThere(join(folder, "file", "below"))).toBe(false);
  expect(() => isThere(join(folder, "loop"))).toThrow("ELOOP");
  expect([mayBeThere(join(folder, "loop")), mayBeThere(join(folder, "none"))]).toEqual([true, false]);
  rmSync(folder, { recursive: true });
});
