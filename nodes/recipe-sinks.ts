// What a recipe has written, as nodes of its workflow: previews, evaluations, per-sample embeddings and applications.

import type { DrawingRecipe } from "../src-main/common/drawing-recipe.ts";
import { appliedEnd, learnedEnds, negativeOf } from "./recipe-learned.ts";
import { addBranch, addFixed, addPrompts, type Prompts, said } from "./recipe-parts.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

export function addPreview(draft: WorkflowDraft, recipe: DrawingRecipe, i: number): void {
  const key = `previews.${i}`;
  const preview = recipe.previews[i];
  if (preview === undefined || preview.every === 0) return;
  const { name = "preview", every, prompts, seed } = preview;
  const id = draft.add({
    id: name,
    type: "view/preview",
    column: 6,
    key,
    params: {
      every: said(every, `${key}.every`),
      seed: said(seed, `${key}.seed`),
      ...(prompts === undefined ? {} : { count: said(shownOf(prompts), `${key}.prompts`) }),
    },
  });
  if (prompts !== undefined) {
    const from = addPrompts(draft, { id: `${id}-prompts`, column: 5, key: `${key}.prompts` }, prompts, recipe);
    draft.wire(`${from}.prompts`, `${id}.prompts`);
  }
  draft.wire(`${previewDecoder(draft, recipe, preview, id, key)}.image`, `${id}.image`);
}

/** As many as a node can show. */
const MOST_SHOWN = 64;

function shownOf(prompts: Prompts): number {
  return Array.isArray(prompts) ? prompts.length : Math.min(prompts.first ?? MOST_SHOWN, MOST_SHOWN);
}

/** What is learned is drawn by the decoder that is learned from, unless the preview draws otherwise. */
function previewDecoder(
  draft: WorkflowDraft,
  recipe: DrawingRecipe,
  { negative, sampler }: DrawingRecipe["previews"][number],
  id: string,
  key: string,
): string {
  if (negative === undefined && sampler === undefined) return "decoder";
  const { scheduler, steps, guidance, cacheInterval } =
    sampler === undefined ? recipe.sampler : { ...sampler, cacheInterval: 1 };
  const drawing = sampler === undefined ? "sampler" : `${key}.sampler`;
  return addBranch(draft, `${id}-`, {
    negative:
      negative === undefined
        ? negativeOf(recipe)
        : addFixed(draft, `${id}-negative`, recipe, negative, `${key}.negative`),
    key: drawing,
    guidance,
    sampler: {
      scheduler: said(scheduler, `${drawing}.scheduler`),
      steps: said(steps, `${drawing}.steps`),
      cacheInterval: said(cacheInterval === 1 ? undefined : cacheInterval, `${drawing}.cacheInterval`),
    },
  });
}

export function addEvaluation(draft: WorkflowDraft, recipe: DrawingRecipe, i: number): void {
  const key = `evaluations.${i}`;
  const evaluation = recipe.evaluations[i];
  if (evaluation === undefined) return;
  const { show, prompts, handwritten, count, seed } = evaluation;
  const isScored = show === "scores";
  const id = draft.add({
    id: evaluation.name ?? (isScored ? "evaluate" : "compare"),
    type: isScored ? "evaluation/evaluate" : "view/compare",
    column: 9,
    key,
    params: {
      handwritten: said(handwritten, `${key}.handwritten`),
      first: said(null, `${key}.prompts`),
      count: said(count, `${key}.count`),
      seed: said(seed, `${key}.seed`),
    },
  });
  wireSink(draft, id, learnedEnds(recipe), { prompts, key, recipe });
}

export function addPerSample(draft: WorkflowDraft, recipe: DrawingRecipe, i: number): void {
  const key = `perSample.${i}`;
  const part = recipe.perSample[i];
  if (part === undefined) return;
  const { name = "per-sample", prompts, count, seed, steps, patience } = part;
  const id = draft.add({
    id: name,
    type: "learning/per-sample",
    column: 9,
    key,
    params: {
      first: said(null, `${key}.prompts`),
      count: said(count, `${key}.count`),
      seed: said(seed, `${key}.seed`),
      steps: said(steps, `${key}.steps`),
      patience: said(patience, `${key}.patience`),
    },
  });
  wireSink(draft, id, learnedEnds(recipe).slice(0, 1), { prompts, key, recipe });
}

function wireSink(
  draft: WorkflowDraft,
  id: string,
  learned: readonly string[],
  { prompts, key, recipe }: { readonly prompts: Prompts; readonly key: string; readonly recipe: DrawingRecipe },
): void {
  for (const end of learned) draft.wire(end, `${id}.learned`);
  const from = addPrompts(draft, { id: `${id}-prompts`, column: 8, key: `${key}.prompts` }, prompts, recipe);
  draft.wire(`${from}.prompts`, `${id}.prompts`);
}

export function addApplication(
  draft: WorkflowDraft,
  recipe: DrawingRecipe,
  i: number,
  drawsImages: (path: string) => boolean,
): void {
  const key = `applications.${i}`;
  const application = recipe.applications[i];
  if (application === undefined) return;
  const { name = "application", controls, to, base, prompts, guess, betas, size, ...settings } = application;
  const at = (value: unknown, part: string): Said => said(value, `${key}.${part}`);
  const isVideo = controls.length === 0 && !drawsImages(to);
  // Where the model is none of the ControlNets, it is what they steer.
  const isControl = controls.some(({ controlnet }) => controlnet === undefined);
  const { frames, fps, sharedNoise, toldFps, longPrompts, promptWeights, ...drawing } = settings;
  const id = draft.add({
    id: name,
    type: isVideo ? "apply/video" : "apply/controlnet",
    column: 9,
    key,
    params: {
      ...Object.fromEntries(Object.entries(drawing).map(([part, value]) => [part, at(value, part)])),
      longPrompts: at(longPrompts ?? recipe.longPrompts, "longPrompts"),
      promptWeights: at(promptWeights ?? recipe.promptWeights, "promptWeights"),
      first: at(null, "prompts"),
      width: at(size?.width, "size.width"),
      height: at(size?.height, "size.height"),
      betaSchedule: at(betas?.schedule, "betas.schedule"),
      betaStart: at(betas?.start, "betas.start"),
      betaEnd: at(betas?.end, "betas.end"),
      ...(isVideo
        ? {
            frames: at(frames, "frames"),
            fps: at(fps, "fps"),
            sharedNoise: at(sharedNoise, "sharedNoise"),
            toldFps: at(toldFps, "toldFps"),
          }
        : { base: isControl ? at(base, "base") : at(to, "to"), guess: at(guess, "guess") }),
    },
  });
  wireSink(draft, id, [appliedEnd(recipe)], { prompts, key, recipe });
  if (isVideo) {
    const params = { path: at(to, "to"), base: at(base, "base") };
    const model = draft.add({ id: `${id}-model`, type: "model/video", column: 8, key, params });
    return draft.wire(`${model}.model`, `${id}.model`);
  }
  for (const [j, { controlnet, picture, kind, scale }] of controlsInOrder(controls)) {
    const of = (value: unknown, part: string): Said => at(value, `controls.${j}.${part}`);
    const control = draft.add({
      id: `${id}-control`,
      type: "model/controlnet",
      column: 8,
      key: `${key}.controls.${j}`,
      params: {
        path: controlnet === undefined ? at(to, "to") : of(controlnet, "controlnet"),
        picture: of(picture, "picture"),
        kind: of(kind, "kind"),
        scale: of(scale, "scale"),
      },
    });
    draft.wire(`${control}.control`, `${id}.controls`);
  }
}

type Control = DrawingRecipe["applications"][number]["controls"][number];

/** With their places in the recipe; that which is the model itself comes first. */
function controlsInOrder(controls: readonly Control[]): (readonly [number, Control])[] {
  const own = ([, { controlnet }]: readonly [number, Control]): number => (controlnet === undefined ? 0 : 1);
  return [...controls.entries()].toSorted((a, b) => own(a) - own(b));
}
