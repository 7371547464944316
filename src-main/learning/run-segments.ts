// The parts of a cut graph, one after the other, with what each hands on to the next: on a device with memory of its own it stays there.

import { addScaled } from "../common/add-scaled.ts";
import type { Ref } from "../common/program/program.ts";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import type { LoweredUpdate } from "../program/lower-update.ts";
import { type CutGraph, gradientOf, LOSS_SCALE, type Segment } from "../program/schedule/cut.ts";
import { type DeviceTensor, giveBackTensor } from "../runtime/device-tensor.ts";
import type { Moment } from "../sampling/moment.ts";
import { type SamplerRun, type SamplingStep, withContexts } from "../sampling/roll-out.ts";
import type { OpenedUpdate } from "./update-gradient.ts";

/** @returns what parts give and no part alone reads, by name; cotangents that reach one place are summed */
export async function runSegments(
  { run, cut, stages, lowered, samplers }: OpenedUpdate,
  moment: Moment,
  positions: ReadonlyMap<Ref, SamplingStep>,
  lossScale: number,
): Promise<ReadonlyMap<string, Float32Array>> {
  const values = new Map<string, Float32Array>([[LOSS_SCALE, Float32Array.of(lossScale)]]);
  const kept = new Map<string, DeviceTensor>();
  for (const { name, sampler } of cut.cuts) {
    const step = sampler === undefined ? undefined : positions.get(sampler);
    if (step !== undefined) values.set(name, await wholePrediction(samplers, sampler, step, moment));
  }
  const readLast = lastReads(cut, lowered);
  try {
    for (const segment of cut.segments) {
      const stage = stages.get(segment);
      if (stage === undefined) throw new Error("a part of the graph has no stage");
      const feeds: Record<string, Tensor | DeviceTensor> = await run.feed(
        inputsOf(lowered, segment),
        lowered.feeds,
        moment,
      );
      for (const [name, input] of segment.takes) feeds[input] = kept.get(name) ?? handedOn(values, cut, name);
      const passed = await run.sessions.pass(stage, feeds);
      for (const [name, output] of segment.gives) {
        const [tensor, result] = [passed.kept[output], passed.told[output]];
        if (tensor !== undefined) kept.set(name, tensor);
        else if (result !== undefined) addScaled(values, name, result.data);
        else throw new Error(`${stage.name} gives no ${output}`);
      }
      for (const name of readLast.get(segment) ?? []) {
        giveBack(values, name);
        giveBackKept(kept, name);
      }
    }
  } finally {
    for (const name of [...kept.keys()]) giveBackKept(kept, name);
  }
  return values;
}

/** The outputs of a part that only other parts read, each from this one alone: nothing is summed on a device. */
export function handsOn(
  { lowered, cut }: Pick<OpenedUpdate, "lowered" | "cut">,
  { gives }: Segment,
): readonly string[] {
  const between = new Set(cut.cuts.flatMap(({ name }) => [name, gradientOf(name)]));
  const isGivenOnce = (name: string): boolean => cut.segments.filter((one) => one.gives.has(name)).length === 1;
  return [...gives].flatMap(([name, output]) =>
    between.has(name) && !lowered.outputs.has(name) && isGivenOnce(name) ? [output] : [],
  );
}

/** What no part reads after this one, and nobody is told. */
function lastReads({ segments, cuts }: CutGraph, { outputs }: LoweredUpdate): ReadonlyMap<Segment, readonly string[]> {
  // What a sampler has found is not the graph's to give back.
  const kept = new Set([
    ...outputs.keys(),
    ...cuts.flatMap(({ name, sampler }) => (sampler === undefined ? [] : [name])),
  ]);
  const read = new Set<string>();
  const last = segments.toReversed().map((segment) => {
    const names = [...segment.takes.keys()].filter((name) => !kept.has(name) && !read.has(name));
    for (const name of names) read.add(name);
    return [segment, names] as const;
  });
  return new Map(last);
}

/** Inside networks they are large, and their memory is wanted now, not when the garbage collector comes by. */
function giveBack(values: Map<string, Float32Array>, name: string): void {
  const buffer = values.get(name)?.buffer;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  values.delete(name);
}

function giveBackKept(kept: Map<string, DeviceTensor>, name: string): void {
  const tensor = kept.get(name);
  if (tensor !== undefined) giveBackTensor(tensor);
  kept.delete(name);
}

/** A gradient goes through the whole network: what kept features have predicted is predicted anew. */
async function wholePrediction(
  samplers: readonly SamplerRun[],
  ref: Ref | undefined,
  { isWhole, prediction }: SamplingStep,
  moment: Moment,
): Promise<Float32Array> {
  if (isWhole) return prediction;
  const found = samplers.find(({ sampler }) => sampler.ref === ref);
  if (found === undefined) throw new Error(`nothing predicts for ${ref}`);
  return (await found.predict(await withContexts(found.contexts, moment), null)).output;
}

function inputsOf({ graph }: LoweredUpdate, segment: Segment): Pick<LoweredUpdate["graph"], "inputs"> {
  return { inputs: graph.inputs.filter(({ name }) => segment.inputs.includes(name)) };
}

function handedOn(values: ReadonlyMap<string, Float32Array>, { shapes }: CutGraph, name: string): Tensor {
  const data = values.get(name);
  const shape = shapes.get(name);
  if (data === undefined || shape === undefined) throw new Error(`${name} is used before it is computed`);
  return floatTensor(shape, data);
}
