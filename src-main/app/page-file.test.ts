import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pageFileAt } from "./page-file.ts";

const FOLDER = join("/", "program", "out", "renderer");
const at = (address: string) => pageFileAt(new URL(address), FOLDER);

describe("an address of the page", () => {
  test.each([
    ["app://studio/", "index.html", "text/html; charset=utf-8"],
    ["app://studio/assets/main.js?v=1", "assets/main.js", "text/javascript; charset=utf-8"],
    ["app://studio/a%20b.css", "a b.css", "text/css; charset=utf-8"],
    ["app://studio/pictures/../icon.svg", "icon.svg", "image/svg+xml"],
  ])("%s is %s", (address, file, mediaType) => expect(at(address)).toEqual({ path: join(FOLDER, file), mediaType }));

  test.each([
    ["climbs out by an encoded separator", "app://studio/..%2f..%2fsecret.json"],
    ["climbs out by encoded dots and separators", "app://studio/%2e%2e%2f%2e%2e%2fsecret.json"],
    ["climbs out by backslashes", "app://studio/..%5c..%5csecret.json"],
    ["names a drive", "app://studio/C:/secret.json"],
    ["names a stream of a file", "app://studio/index.html:secret.json"],
    ["contains a null byte", "app://studio/index.html%00.png"],
    ["is wrongly escaped", "app://studio/%ZZ.html"],
    ["belongs to another host", "app://other/index.html"],
    ["belongs to another scheme", "https://studio/index.html"],
    ["has the page's host as a user", "app://studio@other/index.html"],
    ["is of a kind that no page has", "app://studio/main.ts"],
  ])("that %s is no file", (_, address) => expect(at(address)).toBeNull());

  test("that looks absolute stays inside", () => {
    expect(at("app://studio//etc/passwd.json")?.path).toBe(join(FOLDER, "etc", "passwd.json"));
  });
});
