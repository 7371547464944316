// One step of every optimizer of a program from its initial parameters, as tensors: what was drawn, and what was found. Anyone can compute
// the same by other means and compare. Nothing is changed.

import { joinArrays } from "../common/join-arrays.ts";
import { callOf, callsBelow, type Ref } from "../common/program/program.ts";
import type { Update } from "../common/program/update.ts";
import { type FloatTensor, floatTensor, type Shape, type Tensor } from "../common/tensor.ts";
import type { ProgramFunctions } from "../program/function.ts";
import { targetName, toldName } from "../program/lower-update.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { type BatchOutcome, computeHere, sumBatch } from "./batch-outcome.ts";
import { initialState } from "./initial-state.ts";
import { valuesOf } from "./learn-step.ts";
import type { OpenedUpdates } from "./open-updates.ts";
import type { MicroBatch, OpenedUpdate } from "./update-gradient.ts";

export interface StepRecord {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Of the first optimizer's batch, in order, and by the call of each list where there are several. */
  readonly prompts: ReadonlyMap<string, readonly string[]>;
}

/** What an optimizer tells of a step: every image and score that its objective or what is held out depends on. */
export function toldOf({ opened }: ProgramRun, functions: ProgramFunctions) {
  return ({ objective, heldOut }: Update) =>
    callsBelow(opened.program, [objective, ...heldOut]).flatMap((ref) => {
      const kind = functions.get(callOf(opened.program, ref).fn)?.output;
      return kind === "image" || kind === "score" ? [{ ref, kind }] : [];
    });
}

/** @param updates opened to tell what `toldOf` says. @param step counted from 0 */
export async function recordStep(updates: OpenedUpdates, step: number): Promise<StepRecord> {
  const parameters = valuesOf(await initialState(updates));
  const records: Named[] = [];
  for (const [name, opened] of updates) {
    // One that has fewer steps than another rests.
    if (step >= opened.update.settings.steps) continue;
    const sum = sumBatch(opened);
    const drawn: MicroBatch[] = [];
    await computeHere(opened, step, parameters, (outcome, batch) => {
      sum.add(outcome);
      drawn.push(batch);
    });
    records.push(...nameAll(name, opened, { drawn, ...sum.outcome() }, parameters));
  }
  return joinRecords(records);
}

interface Named {
  readonly what: "noise" | "index" | "image" | "score" | "objective" | "parameter" | "gradient" | "prompts";
  readonly node: string;
  readonly update: Ref;
  readonly value: Tensor | readonly string[];
}

function nameAll(
  update: Ref,
  { lowered, parameters: own, batch: atOnce, update: { settings } }: OpenedUpdate,
  { drawn, objective, told, gradient }: BatchOutcome & { readonly drawn: readonly MicroBatch[] },
  parameters: ReadonlyMap<Ref, Readonly<Record<string, FloatTensor>>>,
): Named[] {
  const { batch } = settings;
  const joined = (of: (micro: MicroBatch) => Float32Array | undefined): Float32Array =>
    joinArrays(drawn.map((micro) => of(micro) ?? new Float32Array()));
  const named = (what: Named["what"], node: string, value: Named["value"]): Named => ({ what, node, update, value });
  // Of a video there are as many rows as frames.
  const whole = ([rows = 0, ...rest]: Shape): Shape => [(rows / atOnce) * batch, ...rest];
  const shapes = new Map([...lowered.outputs].map(([name, { shape }]) => [name, whole(shape)]));
  const seen = (["image", "score"] as const).flatMap((what) =>
    [...told].flatMap(([name, data]) => {
      const node = name.startsWith(`${what} `) ? name.slice(what.length + 1) : undefined;
      if (node === undefined || name !== toldName(what, node)) return [];
      return [named(what, node, floatTensor(shapes.get(name) ?? [batch], data))];
    }),
  );
  return [
    ...[...(drawn[0]?.texts.keys() ?? [])].map((ref) =>
      named(
        "prompts",
        ref,
        drawn.flatMap(({ texts }) => texts.get(ref) ?? []),
      ),
    ),
    ...lowered.samplers.flatMap(({ ref, model }) => [
      named(
        "noise",
        ref,
        floatTensor(
          [batch, ...model.latent],
          joined(({ noise }) => noise.get(ref)),
        ),
      ),
      named("index", ref, indexTensor(drawn[0]?.indices.get(ref) ?? [])),
    ]),
    ...seen,
    named("objective", update, floatTensor([batch], objective)),
    ...own.flatMap(({ ref, shapes: tensors }) =>
      Object.entries(tensors).flatMap(([tensor, shape]) => {
        const node = Object.keys(tensors).length === 1 ? ref : `${ref}.${tensor}`;
        const value = parameters.get(ref)?.[tensor];
        if (value === undefined) throw new Error(`${ref} starts without ${tensor}`);
        const slope = gradient.get(targetName(ref, tensor)) ?? new Float32Array(value.data.length);
        return [named("parameter", node, value), named("gradient", node, floatTensor(shape, slope))];
      }),
    ),
  ];
}

function indexTensor(indices: readonly number[]): Tensor {
  return { dtype: "int64", shape: [indices.length], data: BigInt64Array.from(indices, BigInt) };
}

/** What several optimizers draw at one node has the optimizer's name behind the node's. */
function joinRecords(records: readonly Named[]): StepRecord {
  const keyOf = ({ what, node }: Named): string => `${what}.${node}`;
  const counts = new Map<string, number>();
  for (const record of records) counts.set(keyOf(record), (counts.get(keyOf(record)) ?? 0) + 1);
  const tensors: Record<string, Tensor> = {};
  const lists: [string, readonly string[]][] = [];
  for (const record of records) {
    const key = keyOf(record);
    const name = (counts.get(key) ?? 0) > 1 ? `${key}.${record.update}` : key;
    if (isList(record.value)) lists.push([name, record.value]);
    else tensors[name] = record.value;
  }
  const [first] = lists;
  const prompts = new Map(lists.length > 1 ? lists : []);
  return { tensors, prompts: first === undefined ? prompts : new Map([["prompts", first[1]], ...prompts]) };
}

function isList(value: Named["value"]): value is readonly string[] {
  return Array.isArray(value);
}
