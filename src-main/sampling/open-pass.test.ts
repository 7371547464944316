import { afterAll, expect, test } from "vitest";
import type { Program } from "../common/program/program.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { textsOf } from "./draw-images.ts";
import { drawLatents, type DrawnLatents, stepsDone, stepsOf } from "./draw-latents.ts";
import { DRAWN, type ImageProgramOptions } from "./image-program.ts";
import { openHost } from "./open-host.ts";
import { startWith } from "./open-run.ts";
import { openPassingSampler, openSampler, type SamplerRun } from "./roll-out.ts";
import { CONTROL, emojiImage, REQUESTS, rescaled } from "./testing/emoji-image.ts";

const sessions = new StageSessions("cpu");
const host = openHost(sessions);
afterAll(() => sessions.release());

function programOf(changes: Partial<ImageProgramOptions>): Program {
  return emojiImage({ steps: 2 }, changes);
}

function open(program: Program) {
  const run = startWith(program, { sessions, host });
  const [sampler] = run.opened.samplersOf(DRAWN);
  if (sampler === undefined) throw new Error("the image is drawn by no sampler");
  return { run, sampler };
}

type Options = Partial<Parameters<typeof drawLatents>[2]>;

async function draw(program: Program, sampler: SamplerRun, options: Options = {}) {
  const { run } = open(program);
  const texts = textsOf(run, run.opened.open(DRAWN, "image"), REQUESTS);
  const drawn = await drawLatents([sampler], REQUESTS, { texts, parameters: new Map(), ...options });
  return drawn.get("latent.drawn") ?? new Float32Array();
}

function expectClose(given: Float32Array, wanted: Float32Array): void {
  expect(given.length).toBeGreaterThan(0);
  const farthest = given.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? NaN))), 0);
  expect(farthest).toBeLessThan(1e-4);
}

test.each([
  ["guidance", programOf({}), 1],
  ["guidance with kept features", programOf({ sampling: { steps: 5, cacheInterval: 2 } }), 1],
  ["rescaled guidance", rescaled(programOf({})), 1],
  ["two ControlNets", programOf({ controls: [CONTROL, { ...CONTROL, kind: "none", scale: 0.5 }] }), 2],
  ["guess mode", programOf({ controls: [CONTROL], guess: true }), 2],
  [
    "a ControlNet beside kept features",
    programOf({ controls: [CONTROL], guess: true, sampling: { steps: 4, cacheInterval: 3 } }),
    2,
  ],
])("%s, pass after pass, draws what one graph of all passes draws", async (_, program, networks) => {
  const { run, sampler } = open(program);
  const passing = openPassingSampler(run, sampler, 1);
  // Both halves of guidance, and ControlNets of one file, share a session.
  expect(new Set(passing.stages).size).toBe(networks);
  expectClose(await draw(program, passing), await draw(program, openSampler(run, sampler, 1)));
});

test("without guidance the negative takes no pass", () => {
  const { run, sampler } = open(programOf({ guidance: 1 }));
  expect(openPassingSampler(run, sampler, 1).stages).toHaveLength(1);
});

test.each([
  ["dpm++, which looks back", { scheduler: "dpm++", steps: 3 } as const],
  ["ddim that adds noise at each step", { scheduler: "ddim", steps: 3, eta: 1 } as const],
  ["ddim that keeps features", { scheduler: "ddim", steps: 3, cacheInterval: 3 } as const],
])("%s goes on from where it was left, to the same latents", async (_, sampling) => {
  const program = programOf({ sampling });
  const { run, sampler } = open(program);
  const passing = openPassingSampler(run, sampler, 1);
  const left: DrawnLatents[] = [];
  const whole = await draw(program, passing, { onStepTaken: (now) => void left.push(now) });
  const [, from] = left;
  expect(from?.current?.at.step).toBe(2);
  expect([stepsDone([passing], from ?? { finished: new Map() }), stepsOf([passing])]).toEqual([2, 3]);
  const counts: number[] = [];
  const rest = await draw(program, passing, { from, onStepTaken: (_now, done) => void counts.push(done) });
  expect(rest).toEqual(whole);
  expect(counts).toEqual([3]);
});
