// The small program of the embedded pipeline, with previews of three kinds and comparisons of two, as nodes would make them.

import type { Call, Program } from "../../common/program/program.ts";
import { substitute } from "../../common/program/substitute.ts";
import { type EmojiOptions, emojiProgram } from "../../learning/testing/emoji-program.ts";

type CallInput = Pick<Call, "fn"> & Partial<Call>;

const HELD_OUT = ["held-out", "held-out2"];

const ADDED: Readonly<Record<string, CallInput>> = {
  shown: { fn: "prompts", settings: { texts: ["rocket"] } },
  compared: { fn: "prompts", settings: { texts: ["pizza"] } },
  nothing: { fn: "encode text", inputs: { encoder: "pipeline.encoder" } },
  blurry: { fn: "encode text", inputs: { encoder: "pipeline.encoder" }, settings: { text: "blurry" } },
  noisy: { fn: "encode text", inputs: { encoder: "pipeline.encoder" }, settings: { text: "noisy" } },
  "held-out2": {
    fn: "score",
    inputs: { image: "decoder" },
    settings: { path: "emoji:rewards/held-out", antialias: false },
  },
  sampler2: {
    fn: "sample",
    inputs: { prediction: "cfg" },
    settings: { scheduler: "euler", steps: 2, gradient: { kind: "foreseen", last: 1, count: 1 } },
  },
};

export function emojiWithViews(options: EmojiOptions = {}): Program {
  const bare = emojiProgram({ ...options, calls: { ...ADDED, ...options.calls } });
  let calls = bare.calls;
  /** The decoder's image and its scores with other calls put in. */
  const shown = (label: string, replaced: Readonly<Record<string, string>>) => {
    const put = (root: string): string => {
      const found = substitute({ calls }, root, new Map(Object.entries(replaced)), label);
      calls = { ...calls, ...found.calls };
      return found.ref;
    };
    return { image: put("decoder"), objective: put("reward"), heldOut: HELD_OUT.map(put) };
  };
  const preview = (every: number, label: string, replaced: Readonly<Record<string, string>>) => ({
    kind: "preview",
    ...shown(label, { prompts: "shown", ...replaced }),
    prompts: "shown",
    every,
  });
  const comparison = (label: string, prompts: string, settings: object) => ({
    kind: "comparison",
    conditions: {
      null: shown(`${label}-null`, { prompts, negative: "nothing" }),
      handcrafted: shown(`${label}-hand`, { prompts, negative: "noisy" }),
      learned: shown(`${label}-learned`, { prompts }),
    },
    prompts,
    handwritten: "noisy",
    ...settings,
  });
  const sinks = {
    a: preview(1, "a", {}),
    b: preview(2, "b", { sampler: "sampler2" }),
    c: preview(1, "c", { negative: "blurry" }),
    grid: comparison("grid", "shown", { show: "pictures" }),
    table: comparison("table", "compared", { show: "scores", count: 2, seed: 4 }),
    ...options.sinks,
  };
  return emojiProgram({
    ...options,
    calls,
    updates: {
      optimizer: { ...bare.updates["optimizer"], heldOut: HELD_OUT },
      ...options.updates,
    },
    sinks,
  });
}
