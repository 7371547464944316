import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { setParam } from "../common/workflow-edits.ts";
import { printWorkflow } from "../common/workflow-file.ts";
import { openDocument, recentDocuments, saveDocument } from "./documents.ts";
import { type Home, openHome } from "./home.ts";

let folder: string;
let home: Home;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-documents-"));
  home = openHome(join(folder, "home"));
});
afterEach(() => {
  home.leave();
  rmSync(folder, { recursive: true });
});

const emoji = template("learn-emoji");

function file(name: string): string {
  return join(home.workflows, `${name}.reneg.json`);
}

test("what is saved is opened again as it was, and saving again needs no more than the version that saving gave", () => {
  const { version } = saveDocument(home, { path: file("a"), workflow: emoji, version: null });
  const opened = openDocument(home, file("a"));
  expect(opened).toMatchObject({ path: file("a"), name: "a", diagnostics: [], version });
  expect(opened.workflow).toEqual(emoji);
  const changed = setParam(emoji, "cfg", "scale", 5);
  const next = saveDocument(home, { path: file("a"), workflow: changed, version });
  expect(next.version).not.toBe(version);
  expect(openDocument(home, file("a")).workflow).toEqual(changed);
});

test("a file that another program changed since is kept, until it is to be overwritten", () => {
  const { version } = saveDocument(home, { path: file("a"), workflow: emoji, version: null });
  const theirs = readFileSync(file("a"), "utf8").replace(/"scale": \d+/, '"scale": 3.25');
  writeFileSync(file("a"), theirs);
  const mine = { path: file("a"), workflow: setParam(emoji, "cfg", "scale", 9), version };
  expect(codeOf(() => saveDocument(home, mine))).toBe("document-changed");
  expect(readFileSync(file("a"), "utf8")).toBe(theirs);
  saveDocument(home, { ...mine, version: null });
  expect(openDocument(home, file("a")).workflow).toEqual(mine.workflow);
});

test("a file that is gone by now is written anew", () => {
  const { version } = saveDocument(home, { path: file("a"), workflow: emoji, version: null });
  rmSync(file("a"));
  saveDocument(home, { path: file("a"), workflow: emoji, version });
  expect(openDocument(home, file("a")).workflow).toEqual(emoji);
});

test("WF-3, WF-4, WF-5: a newer file with unknown nodes says so, and saving it loses nothing", () => {
  const newer = {
    ...JSON.parse(printWorkflow(emoji)),
    formatVersion: 99,
    colourScheme: { of: "the future" },
  };
  newer.graph.nodes.oracle = { type: "future/oracle", version: 7, params: { depth: { of: ["thought"] } }, mood: 1 };
  newer.graph.edges.strange = { from: { node: "oracle", port: "a" }, to: { node: "cfg", port: "b" }, weight: 2 };
  const text = `${JSON.stringify(newer, null, 2)}\n`;
  writeFileSync(file("newer"), text);
  const opened = openDocument(home, file("newer"));
  expect(opened.diagnostics).toMatchObject([{ code: "workflow-newer" }]);
  saveDocument(home, { path: file("newer"), workflow: opened.workflow, version: opened.version });
  expect(readFileSync(file("newer"), "utf8")).toBe(text);
});

test("only files that end as workflows do are written, and only sizes that a workflow can have are read", () => {
  expect(codeOf(() => saveDocument(home, { path: join(folder, ".bashrc"), workflow: emoji, version: null }))).toBe(
    "document-name",
  );
  expect(codeOf(() => saveDocument(home, { path: file("a"), workflow: { evil: 1 }, version: null }))).toBe(
    "workflow-foreign",
  );
  writeFileSync(file("huge"), "");
  truncateSync(file("huge"), 2 ** 26);
  expect(codeOf(() => openDocument(home, file("huge")))).toBe("file-too-large");
  expect(codeOf(() => openDocument(home, file("none")))).toBe("file-not-found");
});

test("a document is saved and opened although the list of recent ones cannot be written", () => {
  mkdirSync(home.recentFile);
  const { version } = saveDocument(home, { path: file("a"), workflow: emoji, version: null });
  expect(openDocument(home, file("a")).version).toBe(version);
});

test("what was opened or saved last comes first among the recent ones, and what is gone is left out", () => {
  for (const name of ["a", "b", "c"]) saveDocument(home, { path: file(name), workflow: emoji, version: null });
  openDocument(home, file("a"));
  rmSync(file("b"));
  expect(recentDocuments(home).map(({ name }) => name)).toEqual(["a", "c"]);
});
