import { afterAll, expect, test } from "vitest";
import { elementCount } from "../common/tensor.ts";
import { fromNetwork } from "../pictures/picture.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { decodeFrames, openFrameDecoder } from "./decode-frames.ts";
import { imageNoise } from "./image-noise.ts";
import { DRAWN, imageProgram } from "./image-program.ts";
import { openHost } from "./open-host.ts";
import { startWith } from "./open-run.ts";
import { openValue } from "./open-value.ts";

const sessions = new StageSessions("cpu");
afterAll(() => sessions.release());

test("frames that are decoded some at a time are those that all of them together are decoded to", async () => {
  const program = imageProgram({
    model: { path: "emoji:video", draws: "videos" },
    reading: { longPrompts: "cut", promptWeights: "none" },
    prompts: ["a red apple"],
    negative: { kind: "none" },
    guidance: 3,
    sampling: { steps: 2 },
    at: { frames: 3, size: { width: 64, height: 32 } },
  });
  const run = startWith(program, { sessions, host: openHost(sessions) });
  const image = run.opened.open(DRAWN, "image");
  expect(image).toMatchObject({ frames: 3, size: { width: 64, height: 32 } });
  const decoder = openFrameDecoder(run, DRAWN, 2);
  const { ref, model } = decoder.sampler;
  expect(model.latent).toEqual([
    model.pipeline.latentChannels,
    3,
    32 / model.pipeline.vaeFactor,
    64 / model.pipeline.vaeFactor,
  ]);
  const latents = imageNoise(1, elementCount(model.latent));
  const done: number[] = [];
  const frames = await decodeFrames(decoder, latents, async (count) => void done.push(count));
  expect(done).toEqual([2, 3]);

  const { compute } = openValue(run, { batch: 1, label: "video", lower: image.lower });
  const whole = await compute({ texts: new Map(), parameters: new Map(), given: new Map([[ref, latents]]) });
  const area = whole.length / 3;
  for (const [i, frame] of frames.entries()) {
    const wanted = fromNetwork(whole.subarray(i * area, (i + 1) * area), 32, 64);
    // Another batch may round a number at the edge of two bytes the other way.
    const farthest = frame.data.reduce((most, byte, at) => Math.max(most, Math.abs(byte - (wanted.data[at] ?? 0))), 0);
    expect(farthest).toBeLessThanOrEqual(1);
  }
  expect(frames[0]?.data).not.toEqual(frames[1]?.data);
});
