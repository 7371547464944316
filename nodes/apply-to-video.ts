// Videos with the learned embedding, when learning has ended.

import { z } from "zod";
import { callOf } from "../src-main/common/program/program.ts";
import { checkLearned } from "./after-learning.ts";
import { applicationOf, applyInputs, applyParams, checkSize } from "./applying.ts";
import { defineNode } from "./define-node.ts";
import { callFirst } from "./first-of.ts";

/** As the settings of `video model`. */
const videoModel = z.object({ path: z.string(), base: z.string().exactOptional() });

export const applyToVideo = defineNode({
  type: "apply/video",
  version: 1,
  title: "Apply to Video",
  help: "Draws videos on a model that reads the same texts: with no negative, with a handwritten one, and with what was learned, from the same seed.",
  synonyms: ["Text to Video", "Video Combine", "VHS_VideoCombine", "AnimateDiff"],
  inputs: {
    ...applyInputs,
    model: {
      kind: "video model",
      label: "Model",
      help: "What draws; it must read the texts that the embedding was learned for.",
    },
  },
  outputs: {},
  params: z.object({
    ...applyParams,
    frames: z.int().min(1).max(256).nullable().default(null).meta({
      label: "Frames",
      help: "Of each video: more need more memory and time.",
      empty: "the model's own",
    }),
    fps: z.number().positive().max(120).nullable().default(null).meta({
      label: "Frames a second",
      help: "At which the video is played.",
      empty: "the model's own",
    }),
    sharedNoise: z.number().min(0).max(1).nullable().default(null).meta({
      label: "Shared noise",
      step: 0.1,
      help: "Of the noise that the frames begin with, the share that all have in common.",
      empty: "the model's own",
    }),
    toldFps: z.number().positive().max(120).nullable().default(null).meta({
      label: "Told frames a second",
      help: "What VideoCrafter's network is told; others are told nothing.",
      empty: "the model's own",
    }),
  }),
  compile({ inputs: { learned, prompts, model }, params: { frames, fps, sharedNoise, toldFps, ...params }, fault }) {
    checkLearned([learned], fault);
    checkSize(params, fault);
    return {
      outputs: {},
      sinks(args) {
        const { path: to, base } = videoModel.parse(callOf(args.program, model.ref).settings);
        return [
          {
            ...applicationOf(learned.ref, callFirst(args, prompts, params.first).ref, params),
            to,
            ...(base === undefined ? {} : { base }),
            ...(frames === null ? {} : { frames }),
            ...(fps === null ? {} : { fps }),
            ...(sharedNoise === null ? {} : { sharedNoise }),
            ...(toldFps === null ? {} : { toldFps }),
            controls: [],
            guess: false,
          },
        ];
      },
    };
  },
});
