import { expect, test } from "vitest";
import { drawingRecipe, type DrawingRecipeInput } from "../src-main/common/drawing-recipe.ts";
import { parseWorkflow, printWorkflow } from "../src-main/common/workflow-file.ts";
import { programOf } from "./testing/emoji-workflow.ts";
import { workflowOfRecipe } from "./workflow-of-recipe.ts";

test("each of what is learned may have a learning rate and a weight decay of its own", () => {
  const settings = { learningRate: 0.005, weightDecay: 0.25 };
  const of = (learn: DrawingRecipeInput["learn"]) =>
    programOf(
      workflowOfRecipe(drawingRecipe.parse({ prompts: ["a"], optimizer: settings, ...(learn && { learn }) })).workflow,
    ).updates["optimizer"];
  const all = of([
    { kind: "negative embedding", learningRate: 0.01 },
    { kind: "lora", learningRate: 0.0003, weightDecay: 0 },
    { kind: "text encoder lora" },
  ]);
  expect(all).toMatchObject({
    settings: { learningRate: 0.01, weightDecay: 0.25 },
    rates: [1, 0.03, 0.5],
    weightDecays: [0.25, 0, 0.25],
  });
  const alone = of([{ kind: "negative embedding", learningRate: 0.01, weightDecay: 0 }]);
  expect(alone).toMatchObject({ settings: { learningRate: 0.01, weightDecay: 0 } });
  const alike = of([{ kind: "negative embedding" }, { kind: "lora" }]);
  expect(alike).toMatchObject({ settings });
  for (const update of [alone, alike]) {
    expect(update).not.toHaveProperty("rates");
    expect(update).not.toHaveProperty("weightDecays");
  }
});

test("what a recipe says of a rate stands at the node in the file, and in the file that is read again", () => {
  const { workflow, keys } = workflowOfRecipe(
    drawingRecipe.parse({
      prompts: ["a"],
      learn: [
        { kind: "lora", learningRate: 0.001 },
        { kind: "text encoder", learningRate: 0.00001, weightDecay: 0 },
      ],
    }),
  );
  const { params } = parseWorkflow(printWorkflow(workflow), "w").workflow.graph.nodes["optimizer"] ?? {};
  expect(params).toMatchObject({ learningRate: 0.001, secondRate: 0.01, weightDecay: 0.01, secondWeightDecay: 0 });
  expect(["learningRate", "secondRate", "weightDecay"].map((param) => keys.get(`optimizer.${param}`))).toEqual([
    "learn.0.learningRate",
    "learn.1.learningRate",
    "optimizer.weightDecay",
  ]);
});
