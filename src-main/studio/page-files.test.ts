import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import type { Home } from "./home.ts";
import { checkPage, decodePath, findPageFile } from "./page-files.ts";
import { findStudioFile } from "./run-files.ts";

let folder: string;
let page: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-page-"));
  page = join(folder, "page");
  mkdirSync(join(page, "assets", "folder.js"), { recursive: true });
  for (const name of ["index.html", "assets/main-a1.min.js", "icon.svg", "main.ts", ".hidden.js"]) {
    writeFileSync(join(page, name), "");
  }
  writeFileSync(join(folder, "secret.json"), "{}");
  symlinkSync(join(folder, "secret.json"), join(page, "link.json"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As a server sees it: the path of the address as it was sent. */
const at = (pathname: string) => findPageFile(page, decodePath(pathname));

describe("an address of the page", () => {
  test.each([
    ["/", "index.html", "text/html; charset=utf-8"],
    ["/assets/main-a1.min.js", "assets/main-a1.min.js", "text/javascript; charset=utf-8"],
    ["/%69con.svg", "icon.svg", "image/svg+xml"],
  ])("%s is %s", (path, file, contentType) => expect(at(path)).toEqual({ path: join(page, file), contentType }));

  test.each([
    ["climbs out", "/../secret.json"],
    ["climbs out by an encoded separator", "/..%2fsecret.json"],
    ["climbs out by encoded dots and separators", "/%2e%2e%2fsecret.json"],
    ["climbs out by backslashes", "/..%5csecret.json"],
    ["climbs out by a link", "/link.json"],
    ["looks absolute", "//etc/passwd.json"],
    ["names a drive", "/C:/secret.json"],
    ["names a stream of a file", "/index.html:secret.json"],
    ["contains a null byte", "/index.html%00.png"],
    ["is wrongly escaped", "/%ZZ.html"],
    ["is hidden", "/.hidden.js"],
    ["is of a kind that no page has", "/main.ts"],
    ["is a folder", "/assets/folder.js"],
    ["is empty", ""],
  ])("that %s is no file", (_, path) => expect(at(path)).toBeNull());
});

test("a page that is not built is told with the way out", () => {
  expect(() => checkPage(page)).not.toThrow();
  expect(() => checkPage(folder)).toThrow(Refusal);
});

test("a name that no system allows, and a file where a folder should be, name nothing", () => {
  const name = "a".repeat(5000);
  expect(at(`/${name}.js`)).toBeNull();
  expect(at("/index.html/index.html")).toBeNull();
  const home = { runs: page, exports: page } as Home;
  expect(findStudioFile(home, `runs/run-1/evaluation-${name}/before-after.png`)).toBeNull();
});
