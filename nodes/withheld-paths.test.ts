import { expect, test } from "vitest";
import { setParam } from "../src-main/common/workflow-edits.ts";
import { template } from "./testing/templates.ts";
import {
  allowFolders,
  allowPath,
  folderOfPath,
  mayLeadOutside,
  withheldFaults,
  withheldPaths,
  withholdPaths,
  withoutWithheld,
} from "./withheld-paths.ts";
import { mapPaths, portableWorkflow } from "./workflow-paths.ts";

const emoji = template("learn-emoji");
const named = setParam(setParam(emoji, "prompts", "file", "/lists/words.txt"), "reward", "path", "/models/../etc/hps");
const withheld = withholdPaths(named, mayLeadOutside);

test("each path that is withheld is a fault at its node, with a way out", () => {
  expect(withheldFaults(withheld)).toMatchObject([
    { code: "path-withheld", at: { node: "prompts", param: "file", file: "/lists/words.txt" }, action: "allow folder" },
    {
      code: "path-withheld",
      at: { node: "reward", param: "path", file: "/models/../etc/hps" },
      action: "allow folder",
    },
  ]);
});

test("a folder that is allowed stands for no other, however the path to it is written", () => {
  const allowed = allowFolders(withheld, ["/models", "/etc"]);
  expect(withheldPaths(allowed)).toHaveLength(2);
  expect(withheldPaths(allowFolders(withheld, ["/models/../etc"]))).toMatchObject([{ node: "prompts" }]);
});

test("what the user has written or chosen is no longer withheld, and the rest is", () => {
  expect(withheldPaths(allowPath(withheld, "/lists/words.txt"))).toMatchObject([{ node: "reward" }]);
  expect(allowPath(withheld, "/lists/other.txt")).toBe(withheld);
});

test("a document in which all is allowed is what it was", () => {
  const allowed = allowFolders(withheld, ["/lists", "/models/../etc"]);
  expect({ ...allowed, meta: named.meta }).toEqual(named);
  expect(allowed.meta ?? {}).toEqual(named.meta ?? {});
  expect(withoutWithheld(withheld).meta ?? {}).toEqual(named.meta ?? {});
});

test("a path stays withheld where it is made absolute, and nothing of it is told to whom the workflow is sent", () => {
  expect(withheldPaths(mapPaths(withheld, (path) => `/elsewhere${path}`))).toHaveLength(2);
  expect(JSON.stringify(portableWorkflow(withheld))).not.toMatch(/withheld|\/lists|\/models/);
});

test("paths that can be no files are left to be refused by their name", () => {
  const remote = setParam(emoji, "prompts", "file", "\\\\host\\share\\words.txt");
  expect(withheldPaths(withholdPaths(remote, () => true))).toEqual([]);
});

test("a path of whatever system is told from one that stays in the folder", () => {
  const outside = ["/a", "\\a", "C:\\a", "C:a", "../a", "a/../../b", "a\\..\\b"];
  expect(outside.filter((path) => !mayLeadOutside(path))).toEqual([]);
  expect(["a", "a/b", "a..b", "..a", "./a"].filter(mayLeadOutside)).toEqual([]);
});

test("the folder of a path is what stands before its last name", () => {
  const folders = ["/a/b", "/a/b/", "/a", "C:\\a\\b", "C:\\a", "../a", "../../a/b"].map(folderOfPath);
  expect(folders).toEqual(["/a", "/a", "/", "C:\\a", "C:\\", "..", "../../a"]);
});
