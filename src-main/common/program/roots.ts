// What a program computes for: the calls that optimizers and sinks name.

import type { Program, Ref } from "./program.ts";
import type { ScoredImage, Sink } from "./sink.ts";
import type { Update } from "./update.ts";

/** Whatever none of these depends on is of no use. */
export function rootsOf({ updates, sinks }: Pick<Program, "updates" | "sinks">): Ref[] {
  return [...Object.values(updates).flatMap(rootsOfUpdate), ...Object.values(sinks).flatMap(rootsOfSink)];
}

function rootsOfUpdate({ objective, parameters, heldOut }: Update): Ref[] {
  return [objective, ...parameters, ...heldOut];
}

function rootsOfSink(sink: Sink): Ref[] {
  switch (sink.kind) {
    case "preview":
      return [...rootsOfImage(sink), sink.prompts];
    case "comparison":
      return [...Object.values(sink.conditions).flatMap(rootsOfImage), sink.prompts];
    case "per-sample":
      return [sink.prompts];
    case "application":
      return [sink.parameter, sink.prompts];
    case "early-stopping":
      return [sink.score, sink.image, sink.prompts];
    case "save":
      return [sink.parameter];
    case "checkpoints":
      return [];
  }
}

function rootsOfImage({ image, objective, heldOut }: ScoredImage): Ref[] {
  return [image, ...(objective === null ? [] : [objective]), ...heldOut];
}
