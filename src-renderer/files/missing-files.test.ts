import { afterEach, expect, test } from "vitest";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { activeTab, addTab, closeTab, EMPTY_WORKFLOW, undoLast } from "../state/document-store.ts";
import { groupMissing, replaceFiles } from "./missing-files.ts";

const node = (type: string, params: Record<string, unknown>) => ({ type, version: 1, params });
const lost: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: {
    nodes: {
      prompts: node("input/prompts", { file: "words.txt" }),
      pipeline: node("model/pipeline", { path: "/models/sd15" }),
      reward: node("reward/model", { path: "C:\\models\\hps" }),
      "held-out": node("reward/model", { path: "C:\\models\\hps" }),
    },
    edges: {},
  },
};
const missing = [
  { node: "prompts", param: "file", path: "words.txt", hash: null },
  { node: "pipeline", param: "path", path: "/models/sd15", hash: "0123456789ab" },
  { node: "reward", param: "path", path: "C:\\models\\hps", hash: null },
  { node: "held-out", param: "path", path: "C:\\models\\hps", hash: null },
];

afterEach(() => closeTab("tab"));

test("one path is asked for once, by its name, as what its nodes want", () => {
  expect(groupMissing(missing, lost)).toMatchObject([
    { name: "words.txt", wanted: "file", users: ["Prompts"] },
    { name: "sd15", wanted: "folder", hash: "0123456789ab", users: ["Pipeline"] },
    { name: "hps", wanted: "folder", uses: [{ node: "reward" }, { node: "held-out" }], users: ["Reward"] },
  ]);
});

test("all uses are replaced in one step, and what was not chosen stays", () => {
  addTab({ id: "tab", name: "lost", workflow: lost });
  const things = groupMissing(missing, lost);
  replaceFiles(things, new Map([["C:\\models\\hps", "/found/hps"]]));
  const params = (node: string): unknown => activeTab()?.history.present.graph.nodes[node]?.params["path"];
  expect([params("reward"), params("held-out"), params("pipeline")]).toEqual([
    "/found/hps",
    "/found/hps",
    "/models/sd15",
  ]);
  undoLast();
  expect(activeTab()?.history.present).toEqual(lost);
});
