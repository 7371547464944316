// A recipe is a short way to write a workflow: this is the workflow that it stands for.

import type { Diagnostic } from "../src-main/common/diagnostic.ts";
import { isFromPairs, type Recipe } from "../src-main/common/recipe.ts";
import type { Workflow } from "../src-main/common/workflow.ts";
import { addDrawing } from "./drawing-recipe.ts";
import { addPairs } from "./pairs-recipe.ts";
import { WorkflowDraft } from "./workflow-draft.ts";

export interface WorkflowOfRecipe {
  readonly workflow: Workflow;
  /** The key of the recipe that says what is at `node.param`, at `node.port`, or at the node. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * @param drawsImages of the path of a model that is applied to: whether it is a pipeline of images, and not one of videos
 * @throws Refusal for a recipe that names no reward, where none comes with the pipeline
 */
export function workflowOfRecipe(
  recipe: Recipe,
  drawsImages: (path: string) => boolean = () => false,
): WorkflowOfRecipe {
  const draft = new WorkflowDraft();
  if (isFromPairs(recipe)) addPairs(draft, recipe);
  else addDrawing(draft, recipe, drawsImages);
  return { workflow: draft.workflow(), keys: draft.keys };
}

/** What is wrong with the workflow, told at the keys of its recipe. */
export function atKeys(diagnostics: readonly Diagnostic[], keys: WorkflowOfRecipe["keys"]): Diagnostic[] {
  const placed = ({ node, port, param, ...at }: Diagnostic["at"]): Diagnostic["at"] => {
    const part = keys.get(`${node}.${param ?? port}`) ?? keys.get(node ?? "");
    return part === undefined ? at : { ...at, part };
  };
  return diagnostics.map(({ notes, ...diagnostic }) => ({
    ...diagnostic,
    at: placed(diagnostic.at),
    ...(notes === undefined ? {} : { notes: notes.map((note) => ({ ...note, at: placed(note.at) })) }),
  }));
}
