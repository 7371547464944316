// A negative that is learned, together with one that somebody wrote.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freezeProgram } from "./freeze-program.ts";
import { emojiProgram } from "./testing/emoji-program.ts";
import { train } from "./train.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-both-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const written = (text: string) => ({
  fn: "encode text",
  inputs: { encoder: "pipeline.encoder" },
  settings: { text },
});
const MIXED = {
  concat: { fn: "concat conditioning", inputs: { conditionings: ["negative", "written"] } },
  average: {
    fn: "average conditioning",
    inputs: { conditionings: ["negative", "written"] },
    settings: { weights: [1, 1] },
  },
};

async function learnedWith(mixed: keyof typeof MIXED, text: string): Promise<Float32Array | undefined> {
  const program = emojiProgram({
    settings: { steps: 1 },
    calls: {
      written: written(text),
      both: MIXED[mixed],
      "cfg.negative": { fn: "predict", inputs: { model: "unet", conditioning: "both" } },
    },
  });
  const { state } = await train(freezeProgram(program, folder), {
    folder: join(folder, `${mixed} ${text}`),
    resume: false,
    device: "cpu",
    signal: new AbortController().signal,
    emit: () => Promise.resolve(),
  });
  return state.parameters["negative"]?.value["context"]?.data;
}

test.each(["concat", "average"] as const)("what is learned goes with the handwritten text by %s", async (mixed) => {
  const blurry = await learnedWith(mixed, "blurry");
  expect(blurry?.some((n) => n !== 0)).toBe(true);
  expect(await learnedWith(mixed, "a fine photograph")).not.toEqual(blurry);
});
