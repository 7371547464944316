// How an image of a program is made, in the terms in which files tell it: sampler, guidance, what stands on the negative side, and the model.

import { basename } from "node:path";
import { type Call, callOf, callsBelow, type Program, type Ref } from "../common/program/program.ts";
import type { SchedulerName } from "../common/sampling.ts";
import { LEARNED_NEGATIVE } from "../pictures/image-parameters.ts";
import { encodeText } from "../program/functions/encode-text.ts";
import { guide } from "../program/functions/guide.ts";
import { unet } from "../program/functions/pipeline-parts.ts";
import { sample } from "../program/functions/sample.ts";

export interface ImageFacts {
  readonly steps: number;
  readonly scheduler: SchedulerName;
  /** 1: none. */
  readonly guidance: number;
  /** 1: the whole network at every step. */
  readonly cacheInterval: number;
  /** As far as it can be said in words; empty: none. */
  readonly negative: string;
  /** As the program names it. */
  readonly pipeline: string;
}

type Calls = Pick<Program, "calls">;

/** Where several samplers or models take part, of the last: the one that the image is decoded from. */
export function imageFacts(program: Calls, image: Ref): ImageFacts {
  const below = callsBelow(program, [image]).map((name) => callOf(program, name));
  const last = (fn: string): Call | undefined => below.findLast((call) => call.fn === fn);
  const sampler = last(sample.name);
  const guided = last(guide.name);
  const model = last(unet.name);
  const { steps, scheduler, cacheInterval = 1 } = sample.settings.parse(sampler?.settings ?? {});
  return {
    steps,
    scheduler,
    guidance: guided === undefined ? 1 : guide.settings.parse(guided.settings).scale,
    cacheInterval,
    negative: guided === undefined ? "" : negativeWords(program, guided),
    pipeline: model === undefined ? "" : unet.settings.parse(model.settings).path,
  };
}

/** As other programs are told it: a model's name, not where it lies. */
export function pipelineName({ pipeline }: Pick<ImageFacts, "pipeline">): string {
  return basename(pipeline);
}

/** Text alone can be said; a parameter, or a blend, cannot. */
function negativeWords(program: Calls, { inputs }: Call): string {
  const source = inputs["negative"];
  if (typeof source !== "string") return "";
  const [conditioning, ...others] = callsBelow(program, [source])
    .map((name) => callOf(program, name))
    .filter(({ inputs: { encoder } }) => encoder !== undefined);
  if (others.length > 0 || conditioning?.fn !== encodeText.name) return LEARNED_NEGATIVE;
  return encodeText.settings.parse(conditioning.settings).text;
}
