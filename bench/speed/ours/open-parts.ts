// The networks of a step one by one.

import { elementCount, type FloatTensor, floatTensor, type Shape } from "../../../src-main/common/tensor.ts";
import { PLAIN_READING } from "../../../src-main/common/text-reading.ts";
import { appendGradient } from "../../../src-main/compiler/gradient.ts";
import { GraphBuilder } from "../../../src-main/compiler/graph-builder.ts";
import type { Graph, Value } from "../../../src-main/compiler/graph.ts";
import { normalNoise } from "../../../src-main/diffusion/noise.ts";
import { Lowering } from "../../../src-main/program/lowering.ts";
import type { OpenedSampler } from "../../../src-main/program/values.ts";
import type { Moment } from "../../../src-main/sampling/moment.ts";
import type { ProgramRun } from "../../../src-main/sampling/program-run.ts";
import { openSampler } from "../../../src-main/sampling/roll-out.ts";
import type { Job } from "../job.ts";
import { CALLS } from "./bench-program.ts";
import type { OpenedWork } from "./opened-work.ts";

/** Standard normal. @param stream numbers of another one are others */
function numbers(shape: Shape, stream: number): FloatTensor {
  return floatTensor(shape, normalNoise({ seed: 0, path: [stream] }, elementCount(shape)));
}

export async function openGuidedPass(run: ProgramRun, { batch, sampling }: Job): Promise<OpenedWork> {
  const sampler = samplerOf(run);
  const opened = openSampler(run, sampler, batch);
  const sample = numbers([batch, ...sampler.model.latent], 1);
  const parameter = run.opened.open(CALLS.parameter, "embedding");
  if (!("initial" in parameter)) throw new Error("the embedding of the program is no parameter");
  const texts = textsOf(run, batch);
  const moment: Moment = {
    texts: new Map([[CALLS.prompts, texts]]),
    parameters: new Map([[CALLS.parameter, await parameter.initial()]]),
    samplers: new Map([[CALLS.sampler, { index: sampling.index, sample: sample.data, previous: undefined }]]),
  };
  return {
    texts,
    inputs: { noise: sample },
    run: async () => ({ prediction: floatTensor(sample.shape, (await opened.predict(moment, null)).output) }),
  };
}

/** @param isBackwards whether the gradient of Σ image · cotangent to the latent is wanted as well */
export function openDecoding(run: ProgramRun, { batch }: Job, isBackwards: boolean): OpenedWork {
  const lowering = new Lowering({ batch, samplerEntry: () => ({ kind: "given" }) });
  const { b } = lowering;
  const image = run.opened.open(CALLS.image, "image").lower(lowering);
  const latent = b.value(givenInput(lowering, CALLS.sampler));
  b.output("image", image);
  const inputs: Record<string, FloatTensor> = { latent: numbers(latent.shape, 1) };
  if (isBackwards) {
    inputs["cotangent"] = numbers(image.shape, 2);
    appendTarget(b, image, b.input("cotangent", "float32", image.shape), latent);
  }
  return openGraph(run, lowering, b.build(), inputs, { isBackwards, texts: [] });
}

export function openReward(run: ProgramRun, { batch }: Job): OpenedWork {
  const lowering = new Lowering({
    ...{ batch, samplerEntry: () => ({ kind: "given" }) as const },
    given: new Set([CALLS.image]),
  });
  const { b } = lowering;
  const score = run.opened.open(CALLS.reward, "score").lower(lowering);
  const image = b.value(givenInput(lowering, CALLS.image));
  b.output("scores", score);
  const ones = b.constant("float32", score.shape, new Float64Array(batch).fill(1));
  appendTarget(b, score, ones, image);
  const texts = textsOf(run, batch);
  // Most pixels lie between −1 and 1.
  const pixels = numbers(image.shape, 1);
  const inputs = {
    image: floatTensor(
      pixels.shape,
      pixels.data.map((value) => value / 2),
    ),
  };
  return openGraph(run, lowering, b.build(), inputs, { isBackwards: true, texts });
}

export function openTexts({ opened }: ProgramRun, { batch }: Job): OpenedWork {
  const { host } = opened;
  const { pipeline } = opened.open("pipeline.encoder", "text encoder");
  const { texts: all } = opened.open(CALLS.prompts, "prompts");
  const texts = Array.from({ length: batch }, (_, i) => all[i % all.length] ?? "");
  return {
    texts,
    inputs: {},
    async run() {
      const rows = [];
      for (const text of texts) rows.push((await host.encodeText(pipeline, text, PLAIN_READING, 1)).data);
      const length = rows[0]?.length ?? 0;
      const all = new Float32Array(rows.length * length);
      for (const [i, row] of rows.entries()) all.set(row, i * length);
      return { context: floatTensor([batch, pipeline.tokens, pipeline.width], all) };
    },
  };
}

export function openProduct({ sessions }: Pick<ProgramRun, "sessions">, { side }: Job): OpenedWork {
  const b = new GraphBuilder();
  const shape = [side, side];
  b.output("product", b.matmul(b.input("a", "float32", shape), b.input("b", "float32", shape)));
  const graph = b.build();
  const stage = { name: "matrix product", build: () => graph };
  const inputs = { a: numbers(shape, 1), b: numbers(shape, 2) };
  return { texts: [], inputs, run: () => sessions.runShaped(stage, inputs) };
}

function openGraph(
  run: ProgramRun,
  lowering: Lowering,
  graph: Graph,
  inputs: Readonly<Record<string, FloatTensor>>,
  { isBackwards, texts }: { readonly isBackwards: boolean; readonly texts: readonly string[] },
): OpenedWork {
  const stage = run.stageOf(graph, { networks: lowering.networks, isBackwards, label: "part" });
  const moment = { texts: new Map([[CALLS.prompts, texts]]), parameters: new Map() };
  const others = graph.inputs.filter(({ name }) => lowering.feeds.get(name)?.rate !== "given" && !(name in inputs));
  return {
    texts,
    inputs,
    async run() {
      const feeds = await run.feed({ inputs: others }, lowering.feeds, moment);
      return run.sessions.runShaped(stage, { ...feeds, ...inputs });
    },
  };
}

function appendTarget(b: GraphBuilder, value: Value, cotangent: Value, target: Value): void {
  const [gradient] = appendGradient(b, [{ value, cotangent }], [target]);
  b.output("gradient", gradient ?? b.zeros(target));
}

/** The name of the graph's input for a value that is given. */
function givenInput({ feeds }: Lowering, ref: string): string {
  const found = [...feeds].find(([, feed]) => feed.rate === "given" && feed.value === ref);
  if (found === undefined) throw new Error(`${ref} is not given`);
  return found[0];
}

function samplerOf({ opened }: ProgramRun): OpenedSampler {
  const [sampler] = opened.samplersOf(CALLS.image);
  if (sampler === undefined) throw new Error("the program has no sampler");
  return sampler;
}

function textsOf({ opened }: ProgramRun, batch: number): string[] {
  const { texts } = opened.open(CALLS.prompts, "prompts");
  return Array.from({ length: batch }, (_, i) => texts[i % texts.length] ?? "");
}
