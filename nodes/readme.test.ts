// Follows README.md: what it says must work.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { addNode, connect, setParam } from "../src-main/common/workflow-edits.ts";
import { NO_FACTS } from "../src-main/common/workflow-node-type.ts";
import { programFunctions } from "../src-main/program/functions/index.ts";
import { compileWorkflow } from "./compile-workflow.ts";
import type { NodeDefinition } from "./define-node.ts";
import { nodeTypes } from "./index.ts";
import { scaleReward } from "./testing/scale-reward.ts";
import { anywhere, end, newNode, template } from "./testing/templates.ts";

const page = readFileSync(new URL("README.md", import.meta.url), "utf8");
const source = readFileSync(new URL("testing/scale-reward.ts", import.meta.url), "utf8");
// A definition of its own types stands for any.
const sample: NodeDefinition = scaleReward;
const definitions = new Map([...nodeTypes, [sample.type, sample]]);

function scaled(factor: number) {
  let workflow = addNode(template("learn-emoji"), "scale", newNode("reward/scale"), anywhere);
  workflow = connect(workflow, end("reward.score"), end("scale.score"), definitions);
  workflow = connect(workflow, end("scale.score"), end("optimizer.objective"), definitions);
  return compileWorkflow(setParam(workflow, "scale", "factor", factor), NO_FACTS, definitions, programFunctions);
}

test("the node of the README is the one that is tested", () => {
  expect(page).toContain(`\`\`\`ts\n${source}\`\`\``);
});

test("once it is in the list, the node changes the program", () => {
  expect(scaled(2.5)).toMatchObject({
    diagnostics: [],
    program: {
      calls: { scale: { fn: "add scores", settings: { weights: [2.5] }, nodes: ["scale"] } },
      updates: { optimizer: { objective: "scale" } },
    },
  });
});

test("its fault is told at its parameter, and its range is kept without a line of its own", () => {
  expect(scaled(0).diagnostics).toMatchObject([{ code: "reward-weights", at: { node: "scale", param: "factor" } }]);
  expect(scaled(1000).diagnostics).toMatchObject([{ code: "param-invalid", at: { node: "scale", param: "factor" } }]);
});

test("the table lists every node type with its ports and parameters", () => {
  const names = (record: object): string =>
    Object.keys(record)
      .map((name) => `\`${name}\``)
      .join(", ") || "–";
  for (const { title, type, inputs, outputs, params } of nodeTypes.values()) {
    const row = [title, `\`${type}\``, names(inputs), names(outputs), names(params.shape)];
    expect(page).toContain(`| ${row.join(" | ")} |`);
  }
});
