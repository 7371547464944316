// The demo's program: that of a recipe, and its image finished in more sampling steps, of prompts it never saw, under three negatives.

import { callOf, leadOf, type Program, type Ref } from "../common/program/program.ts";
import type { SinkOf } from "../common/program/sink.ts";
import { substitute } from "../common/program/substitute.ts";
import { encodeText } from "../program/functions/encode-text.ts";
import { prompts as promptList } from "../program/functions/prompts.ts";
import { sample } from "../program/functions/sample.ts";

/** Of the images that are scored: more than while learning, as a person would draw them. */
export const SAMPLING_STEPS = 20;

export interface DemoProgram {
  readonly program: Program;
  /** What is learned from, of images that are finished. */
  readonly finished: Ref;
  readonly conditions: SinkOf<"comparison">["conditions"];
}

export function demoProgram(given: Program, texts: readonly string[], handwritten: string): DemoProgram {
  const { update } = leadOf(given);
  const { objective, heldOut, parameters } = update;
  const [parameter = ""] = parameters;
  const { encoder } = callOf(given, parameter).inputs;
  if (encoder === undefined) throw new Error("the demo's embedding has no text encoder");
  const samplers = namesOf(given, sample.name);
  const lists = namesOf(given, promptList.name);
  let calls: Program["calls"] = {
    ...given.calls,
    "demo.prompts": { fn: promptList.name, inputs: {}, settings: { texts: [...texts] }, nodes: [] },
    "demo.null": { fn: encodeText.name, inputs: { encoder }, settings: { text: "" }, nodes: [] },
    "demo.handwritten": { fn: encodeText.name, inputs: { encoder }, settings: { text: handwritten }, nodes: [] },
  };
  for (const name of samplers) calls = { ...calls, [`${name}.finished`]: finishedSampler(given, name) };
  const put = (root: Ref, replaced: readonly (readonly [Ref, Ref])[], label: string): Ref => {
    const found = substitute({ calls }, root, new Map(replaced), label);
    calls = found.calls;
    return found.ref;
  };
  const finish = (root: Ref): Ref =>
    put(
      root,
      samplers.map((name) => [name, `${name}.finished`] as const),
      "finished",
    );
  const finished = finish(objective);
  const held = heldOut.map(finish);
  const image = callOf({ calls }, finished).inputs["image"];
  if (typeof image !== "string") throw new Error("the demo learns from one reward of one image");
  const shown = (label: string, negative: Ref | null) => {
    const replaced = [
      ...lists.map((name) => [name, "demo.prompts"] as const),
      ...(negative === null ? [] : [[parameter, negative] as const]),
    ];
    const of = (root: Ref): Ref => put(root, replaced, label);
    return { image: of(image), objective: of(finished), heldOut: held.map(of) };
  };
  const conditions = {
    null: shown("null", "demo.null"),
    handcrafted: shown("handwritten", "demo.handwritten"),
    learned: shown("learned", null),
  };
  return { program: { ...given, calls }, finished, conditions };
}

function namesOf({ calls }: Program, fn: string): Ref[] {
  return Object.keys(calls).filter((name) => calls[name]?.fn === fn);
}

/** With the gradient as near to the end as while learning. */
function finishedSampler(program: Program, name: Ref): Program["calls"][string] {
  const call = callOf(program, name);
  const { steps, gradient, ...settings } = sample.settings.parse(call.settings);
  const scale = SAMPLING_STEPS / steps;
  const nearest =
    gradient.kind === "foreseen" ? { ...gradient, last: Math.round(gradient.last * scale) } : { ...gradient };
  return { ...call, settings: { ...settings, steps: SAMPLING_STEPS, gradient: nearest } };
}
