import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { draft } from "../common/studio/document.ts";
import { dropDraft, readDrafts, saveDraft } from "./drafts.ts";
import { type Home, openHome } from "./home.ts";

let folder: string;
let home: Home;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-drafts-"));
  home = openHome(folder);
});
afterEach(() => {
  home.leave();
  rmSync(folder, { recursive: true });
});

function keep(id: string, name = id): void {
  saveDraft(
    home,
    draft.parse({ id, name, path: null, version: null, workflow: template("learn-emoji"), changed: true }),
  );
}

test("open tabs outlive the program that kept them", () => {
  keep("one");
  keep("two");
  home.leave();
  home = openHome(folder);
  expect(readDrafts(home)).toMatchObject([
    { id: "one", changed: true, workflow: template("learn-emoji") },
    { id: "two", changed: true },
  ]);
});

test("a tab without a file is still known as that of its run", () => {
  const tab = { id: "one", name: "one", path: null, version: null, workflow: template("learn-emoji"), changed: true };
  saveDraft(home, draft.parse({ ...tab, run: "learn-on-emoji" }));
  expect(readDrafts(home)).toMatchObject([{ id: "one", run: "learn-on-emoji" }]);
});

test("a tab has one draft, the newest, and none when it is closed", () => {
  keep("one", "before");
  keep("one", "after");
  expect(readDrafts(home).map(({ name }) => name)).toEqual(["after"]);
  dropDraft(home, "one");
  dropDraft(home, "never");
  expect(readDrafts(home)).toEqual([]);
});

test("a draft that a crash damaged is put aside, and takes no other with it", () => {
  keep("one");
  writeFileSync(join(home.drafts, "two.json"), '{"id": "tw');
  const log = vi.spyOn(console, "error").mockReturnValue();
  expect(readDrafts(home).map(({ id }) => id)).toEqual(["one"]);
  expect(log).toHaveBeenCalledWith(expect.stringContaining("two.json.damaged"));
  expect(readdirSync(home.drafts)).toContain("two.json.damaged");
  log.mockRestore();
});

test("an id that leads elsewhere names no draft", () => {
  writeFileSync(join(home.folder, "precious.json"), "{}");
  dropDraft(home, "../precious");
  expect(readdirSync(home.folder)).toContain("precious.json");
  expect(draft.safeParse({ id: "../precious", name: "", path: null, version: null, changed: false }).success).toBe(
    false,
  );
});
