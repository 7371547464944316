import { expect, test } from "vitest";
import { parseWorkflow, printWorkflow } from "../src-main/common/workflow-file.ts";
import { compiledRecipe, readyRecipes } from "./testing/recipes.ts";

test.each(readyRecipes)("$name is a workflow that compiles, and a file that opens as it was written", (ready) => {
  const { workflow, faults } = compiledRecipe(ready.schema.parse(ready.json));
  expect(faults).toEqual([]);
  expect(parseWorkflow(printWorkflow(workflow), ready.name)).toEqual({ workflow, diagnostics: [] });
});
