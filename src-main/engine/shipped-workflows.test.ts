// What comes with the program finds what comes with the program.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import { parseWorkflow } from "../common/workflow-file.ts";
import { defaultParams } from "../common/workflow-params.ts";
import { modelPath } from "../models/embedded.ts";
import { faultsOfWorkflow } from "./program-file.ts";
import { missingFiles } from "./workflow-files.ts";

const FOLDER = fileURLToPath(new URL("../../resources/workflows", import.meta.url));
const ELSEWHERE = "/";
const workflows = readdirSync(FOLDER).filter((name) => name.endsWith(".reneg.json"));

const open = (name: string) => parseWorkflow(readFileSync(`${FOLDER}/${name}`, "utf8"), name).workflow;

test.each(workflows)("%s misses no file, wherever it is opened", (name) => {
  expect(missingFiles(open(name), ELSEWHERE)).toEqual([]);
});

test.each(workflows)("%s has no problem but models and prompts that only the user can choose", (name) => {
  const problems = faultsOfWorkflow({ workflow: open(name), folder: ELSEWHERE });
  const others = problems.filter(({ code, at }) => code !== "prompts-empty" && at.param !== "path");
  expect(others).toEqual([]);
});

test("every name of what comes with the program leads to a file or folder", () => {
  const params = [
    ...workflows.flatMap((name) => Object.values(open(name).graph.nodes).map((node) => node.params)),
    ...[...nodeTypes.values()].map(defaultParams),
  ];
  const names = params.flatMap((each) => Object.values(each)).filter((value) => typeof value === "string");
  const embedded = [...new Set(names.filter(isEmbeddedName))];
  expect(embedded.length).toBeGreaterThan(6);
  expect(embedded.filter((name) => !existsSync(modelPath(name)))).toEqual([]);
});
