import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStudio, type Studio } from "../studio/studio.ts";
import { studioResponse } from "./studio-files.ts";

const home = mkdtempSync(join(tmpdir(), "reneg-files-"));
let studio: Studio;

beforeAll(() => {
  studio = createStudio({ home, version: "1", shell: "desktop" });
  writeFileSync(join(home, "exports", "run.zip"), "zip");
  writeFileSync(join(home, "preferences.json"), "{}");
});
afterAll(async () => {
  await studio.close();
  rmSync(home, { recursive: true });
});

function ask(path: string, init: RequestInit = {}): Promise<Response | null> {
  const url = new URL(path, "app://studio/");
  return studioResponse(studio, new Request(url, init), url);
}

test("a result is handed out to be saved under its name", async () => {
  const response = await ask("/files/exports/run.zip?v=1");
  expect(await response?.text()).toBe("zip");
  expect(response?.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''run.zip");
});

test.each(["/files/preferences.json", "/files/exports/..%2fpreferences.json", "/files/%ZZ", "/files/exports/no.zip"])(
  "%s is not handed out",
  async (path) => expect((await ask(path))?.status).toBe(404),
);

test("an upload is kept under its name, and the answer says where", async () => {
  const response = await ask("/upload?name=cat.png", { method: "POST", body: "picture" });
  const { path } = JSON.parse((await response?.text()) ?? "") as { path: string };
  expect(readFileSync(path, "utf8")).toBe("picture");
  expect(path).toMatch(/cat\.png$/);
  expect(dirname(dirname(path))).toBe(join(home, "uploads"));
});

test("an upload whose name leads elsewhere is refused and leaves nothing", async () => {
  const before = readdirSync(join(home, "uploads"));
  const response = await ask("/upload?name=../cat.png", { method: "POST", body: "picture" });
  expect([response?.status, await response?.text()]).toEqual([400, expect.stringContaining("not the name of a file")]);
  expect(readdirSync(join(home, "uploads"))).toEqual(before);
});

test("other addresses are the page's", async () => {
  expect(await ask("/index.html")).toBeNull();
});
