import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { draft, draftEntry, type HistoryStep } from "../common/studio/draft.ts";
import { changesBetween } from "../common/workflow-changes.ts";
import { setParam } from "../common/workflow-edits.ts";
import type { Workflow } from "../common/workflow.ts";
import { type Drafts, openDrafts } from "./drafts.ts";

const EMOJI = template("learn-emoji");
const NOTHING = { nodes: [], edges: [] };
const EMPTY = { name: "a", path: null, version: null, saved: null, copy: "", done: 0, steps: [] };

let folder: string;
let drafts: Drafts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-drafts-"));
  drafts = openDrafts({ drafts: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

function keep(id: string, name = id, copy = "first"): void {
  drafts.save(draft.parse({ id, name, path: null, version: null, workflow: EMOJI, copy }));
}

/** One more step that sets the scale. @param scale how many there are then */
function append(id: string, scale: number, copy = "first"): boolean {
  const steps = [setScale(scaled(scale - 1), scale)];
  const about = { id, name: id, path: null, version: null, copy };
  return drafts.append(draftEntry.parse({ ...about, done: scale, forgotten: 0, kept: scale - 1, steps }));
}

function scaled(scale: number): Workflow {
  return scale === 0 ? EMOJI : setParam(EMOJI, "cfg", "scale", scale);
}

function setScale(before: Workflow, scale: number): HistoryStep {
  const changes = changesBetween(before, scaled(scale));
  return { label: `Scale ${scale}`, changes, mergeKey: null, at: 0, size: 0, before: NOTHING, after: NOTHING };
}

test("open tabs outlive the program that kept them", () => {
  keep("one");
  keep("two");
  expect(openDrafts({ drafts: folder }).read()).toMatchObject([{ id: "one", workflow: EMOJI }, { id: "two" }]);
});

test("a tab without a file is still known as that of its run", () => {
  drafts.save(
    draft.parse({ id: "one", name: "one", path: null, version: null, workflow: EMOJI, run: "learn-on-emoji" }),
  );
  expect(drafts.read()).toMatchObject([{ id: "one", run: "learn-on-emoji" }]);
});

test("a tab has one draft, the newest, and none when it is closed", () => {
  keep("one", "before");
  keep("one", "after");
  append("one", 1);
  expect(drafts.read().map(({ name }) => name)).toEqual(["one"]);
  drafts.drop("one");
  drafts.drop("never");
  expect(drafts.read()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("what was done since the whole was kept is read from the journal, with its history", () => {
  keep("one");
  for (const scale of [1, 2, 3]) expect(append("one", scale)).toBe(true);
  const [read] = openDrafts({ drafts: folder }).read();
  expect(read?.workflow).toEqual(scaled(3));
  expect(read?.done).toBe(3);
  expect(read?.steps.map(({ label }) => label)).toEqual(["Scale 1", "Scale 2", "Scale 3"]);
});

test("wherever a crash cuts the journal, the entries before that are there", () => {
  keep("one");
  for (const scale of [1, 2, 3]) append("one", scale);
  const journal = join(folder, "one.jsonl");
  const text = readFileSync(journal, "utf8");
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  for (let bytes = text.length; bytes >= 0; bytes -= 7) {
    truncateSync(journal, bytes);
    const whole = ends.filter((end) => bytes >= end).length;
    expect(drafts.read()[0]?.workflow, `${bytes} bytes`).toEqual(scaled(whole));
    writeFileSync(journal, text);
  }
});

test("a journal whose tab was closed in a crash is deleted", () => {
  keep("one");
  append("one", 1);
  rmSync(join(folder, "one.json"));
  expect(openDrafts({ drafts: folder }).read()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("entries of an earlier copy are not applied to a later one", () => {
  keep("one");
  append("one", 1);
  const stale = readFileSync(join(folder, "one.jsonl"));
  keep("one", "one", "second");
  writeFileSync(join(folder, "one.jsonl"), stale);
  expect(drafts.read()[0]?.workflow).toEqual(EMOJI);
});

test("an entry that continues nothing that this program wrote asks for the whole", () => {
  expect(append("one", 1)).toBe(false);
  keep("one");
  expect(append("one", 1, "another")).toBe(false);
  drafts = openDrafts({ drafts: folder });
  expect(append("one", 1)).toBe(false);
  expect(readdirSync(folder)).toEqual(["one.json"]);
});

test("a draft that a crash damaged is put aside, and takes no other with it", () => {
  keep("one");
  writeFileSync(join(folder, "two.json"), '{"id": "tw');
  const log = vi.spyOn(console, "error").mockReturnValue();
  expect(drafts.read().map(({ id }) => id)).toEqual(["one"]);
  expect(log).toHaveBeenCalledWith(expect.stringContaining("two.json.damaged"));
  expect(readdirSync(folder)).toContain("two.json.damaged");
  log.mockRestore();
});

test("an id that leads elsewhere names no draft", () => {
  const precious = join(folder, "precious.json");
  writeFileSync(precious, "{}");
  openDrafts({ drafts: join(folder, "drafts") }).drop("../precious");
  expect(readFileSync(precious, "utf8")).toBe("{}");
  expect(draft.safeParse({ id: "../precious", name: "", path: null, version: null }).success).toBe(false);
});

test("a draft that is no workflow is put aside, and hides no other", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  keep("one");
  keep("two");
  for (const workflow of [{}, null, { format: "reneg-workflow", formatVersion: 1, graph: null }]) {
    writeFileSync(join(folder, "two.json"), JSON.stringify({ ...draft.parse({ ...EMPTY, id: "two", workflow }) }));
    writeFileSync(join(folder, "two.jsonl"), `${JSON.stringify({ ...EMPTY, id: "two", forgotten: 0, kept: 0 })}\n`);
    expect(drafts.read().map(({ id }) => id)).toEqual(["one"]);
  }
});

test.each([
  ["takes the graph away", { record: "rest", before: {}, after: { view: {} } }],
  ["puts a number in place of a node", { record: "graph.nodes", id: "cfg", after: 1 }],
  ["puts a text in place of all", { record: "rest", after: "a" }],
])("a journal counts up to the entry that %s", (_, change) => {
  keep("one");
  append("one", 1);
  const [step] = [setScale(EMOJI, 1)];
  const entry = {
    ...EMPTY,
    id: "one",
    copy: "first",
    done: 2,
    forgotten: 0,
    kept: 1,
    steps: [{ ...step, changes: [change] }],
  };
  writeFileSync(join(folder, "one.jsonl"), `${JSON.stringify(entry)}\n`, { flag: "a" });
  expect(openDrafts({ drafts: folder }).read()).toMatchObject([{ id: "one", workflow: scaled(1), done: 1 }]);
});
