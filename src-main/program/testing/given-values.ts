// Values of a program that stand for any: what is known of them, and inputs of a graph in their place.

import type { z } from "zod";
import type { TypedRef, ValueFacts, ValueKind } from "../../common/program/value-type.ts";
import type { Shape } from "../../common/tensor.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { openHost } from "../../sampling/open-host.ts";
import { appendOnce } from "../append-once.ts";
import type { CallFault, FunctionInputs, OpenedInputs, ProgramFunction, TypedInputs } from "../function.ts";
import { model } from "../functions/model.ts";
import type { Host } from "../host.ts";
import type {
  OpenedConditioning,
  OpenedModel,
  OpenedPrediction,
  OpenedPrompts,
  OpenedScore,
  OpenedValues,
} from "../values.ts";
import { given } from "./compute.ts";

/** Opens files, and loads nothing. */
export const host: Host = openHost(new StageSessions("cpu"));
export const emoji = host.pipeline("emoji", {});

export function typed(ref: string, kind: ValueKind, facts: ValueFacts = {}): TypedRef {
  return { ref, kind, facts };
}

export interface Inferred {
  readonly facts: ValueFacts;
  /** `embedding-space second`, `warning reward-weights weights` */
  readonly faults: readonly string[];
}

export function infer<I extends FunctionInputs, K extends ValueKind, S extends z.ZodObject>(
  definition: ProgramFunction<I, K, S>,
  inputs: TypedInputs<I>,
  settings: z.input<S>,
): Inferred {
  const faults: string[] = [];
  const fault = ({ severity = "error", code, input, setting }: CallFault): void => {
    faults.push([...(severity === "error" ? [] : [severity]), code, input ?? setting ?? ""].join(" "));
  };
  const facts = definition.infer?.({ inputs, settings: definition.settings.parse(settings), fault }) ?? {};
  return { facts, faults };
}

export function open<I extends FunctionInputs, K extends ValueKind, S extends z.ZodObject>(
  definition: ProgramFunction<I, K, S>,
  inputs: OpenedInputs<I>,
  settings: z.input<S>,
  ref = "tested",
): OpenedValues[K] {
  return appendOnce(
    ref,
    { nodes: [] },
    definition.open({ ref, inputs, settings: definition.settings.parse(settings), host }),
  );
}

export function givenPrompts(ref: string): OpenedPrompts {
  return { ref, texts: ["a"], words: (text) => text };
}

export function givenScore(name: string, images = 1): OpenedScore {
  return { ref: name, name, lower: given(name, [images]) };
}

/** @param shape [1 or batch, tokens, width] */
export function givenConditioning(
  name: string,
  shape: Shape,
  { space = emoji.space, prompts = null }: Partial<Pick<OpenedConditioning, "space" | "prompts">> = {},
): OpenedConditioning {
  const context = given(name, shape);
  return { space, prompts, lower: (lowering) => ({ context: context(lowering) }) };
}

/** The embedded UNet's place, size and noise, and in the place of its network what `predict` says. */
export function givenModel(predict: OpenedModel["predict"]): OpenedModel {
  return { ...open(model, { unet: { pipeline: emoji } }, { size: { height: 64, width: 64 } }), predict };
}

/** @param shape [batch, …] */
export function givenPrediction(name: string, shape: Shape, of?: OpenedModel): OpenedPrediction {
  const lower = given(name, shape);
  return { model: of ?? givenModel((lowering) => lower(lowering)), prompts: null, lower };
}
