import { expect, test } from "vitest";
import type { Workflow } from "../src-main/common/workflow.ts";
import { compiled, faultsOf, programOf, wire } from "./testing/emoji-workflow.ts";
import { template } from "./testing/templates.ts";

const shipped = template("train-reward");

function withParams(id: string, params: Readonly<Record<string, unknown>>): Workflow {
  const node = shipped.graph.nodes[id];
  if (node === undefined) throw new Error(`the workflow has no node ${id}`);
  const changed = { ...node, params: { ...node.params, ...params } } as typeof node;
  return { ...shipped, graph: { ...shipped.graph, nodes: { ...shipped.graph.nodes, [id]: changed } } };
}

test("both images of each pair are scored by the reward that is trained, and those that are held back as well", () => {
  const { program, diagnostics } = compiled(shipped);
  expect(diagnostics).toEqual([]);
  expect(program?.calls["loss"]).toMatchObject({
    fn: "preference loss",
    inputs: { pairs: "pairs", better: "loss.better", worse: "loss.worse" },
  });
  expect(program?.calls["loss.heldBack.worseImage"]).toMatchObject({
    fn: "pair image",
    inputs: { pairs: "pairs.heldBack", reward: "reward" },
  });
  expect(program?.updates["optimizer"]).toMatchObject({
    objective: "loss",
    heldOut: ["loss.heldBack"],
    parameters: ["reward"],
  });
});

test("where no pairs are held back none are asked, and the others are learned from as without these wires", () => {
  const program = programOf(withParams("pairs", { share: 0 }));
  expect(program.updates["optimizer"]).toMatchObject({ objective: "loss", heldOut: [] });
  expect(Object.keys(program.calls).filter((name) => name.includes("heldBack"))).toEqual([]);
});

test.each([
  ["their score", wire("loss.heldBack", "optimizer.objective")],
  ["a loss of them", wire("pairs.heldBack", "loss.pairs")],
])("%s is no objective where no pairs are held back", (_, change) => {
  expect(faultsOf(change(withParams("pairs", { share: 0 })))).toEqual(["examples-few optimizer.objective"]);
});
