import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { listFolder } from "./folders.ts";
import { type Home, openHome } from "./home.ts";

let folder: string;
let home: Home;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-folders-"));
  home = openHome(join(folder, "home"));
  mkdirSync(join(folder, "models", "sd15"), { recursive: true });
  writeFileSync(join(folder, "models", "a.txt"), "abc");
  writeFileSync(join(folder, "models", ".hidden"), "");
  symlinkSync(join(folder, "gone"), join(folder, "models", "nowhere"));
});
afterEach(() => {
  home.leave();
  rmSync(folder, { recursive: true });
});

test("a folder lists its folders first, and nothing hidden and no link that leads nowhere", () => {
  const { entries, parent, selected } = listFolder(home, join(folder, "models"));
  expect(entries).toMatchObject([
    { name: "sd15", isFolder: true },
    { name: "a.txt", isFolder: false, bytes: 3 },
  ]);
  expect(parent).toBe(folder);
  expect(selected).toBeNull();
});

test("the path of a file shows its folder, with the file selected", () => {
  expect(listFolder(home, ` ${join(folder, "models", "a.txt")} `)).toMatchObject({
    path: join(folder, "models"),
    selected: "a.txt",
  });
});

test("without a path the workflows are listed; ~ is the home of whoever runs the program", () => {
  expect(listFolder(home, null).path).toBe(home.workflows);
  expect(listFolder(home, "~").path).toBe(homedir());
});

test("a folder that is not there is refused with its name", () => {
  try {
    listFolder(home, join(folder, "nothing"));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).diagnostics).toMatchObject([
      { code: "folder-unreadable", at: { file: join(folder, "nothing") }, message: "there is no such folder" },
    ]);
  }
});
