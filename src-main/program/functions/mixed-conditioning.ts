// A weighted sum of conditionings, tensor by tensor.

import { refuse } from "../../common/diagnostic.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedConditioning, Tensors } from "../values.ts";
import { refuseOtherSpace } from "./embedding-spaces.ts";

export interface WeighedConditioning {
  /** Where it comes in, for whoever has to be told. */
  readonly input: string;
  readonly conditioning: OpenedConditioning;
  readonly weight: number;
}

/** Σ weight · conditioning. A conditioning that is the same for all images counts for each. @throws Refusal for other spaces */
export function mixConditionings(parts: readonly WeighedConditioning[]): OpenedConditioning {
  const { space } = checkOneSpace(parts);
  return {
    space,
    prompts: promptsOf(parts),
    lower: (lowering) =>
      parts
        .map(({ conditioning, weight, input }) => ({
          input,
          tensors: mapTensors(conditioning.lower(lowering), (value) => lowering.b.scale(value, weight)),
        }))
        .reduce((sum, term) => ({ ...term, tensors: addTensors(lowering, sum.tensors, term) })).tensors,
  };
}

/** @returns the first of them */
export function checkOneSpace(parts: readonly Omit<WeighedConditioning, "weight">[]): OpenedConditioning {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error("there is no conditioning to mix");
  for (const { input, conditioning } of others) refuseOtherSpace(first.conditioning.space, conditioning.space, input);
  return first.conditioning;
}

/** What images of a mixture show: the prompts of the first that has some. */
export function promptsOf(parts: readonly Omit<WeighedConditioning, "weight">[]): OpenedConditioning["prompts"] {
  return parts.find(({ conditioning }) => conditioning.prompts !== null)?.conditioning.prompts ?? null;
}

function mapTensors(tensors: Tensors, change: (value: Value) => Value): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, change(value)]));
}

function addTensors(
  { b }: Lowering,
  sum: Tensors,
  { input, tensors }: { readonly input: string; readonly tensors: Tensors },
): Tensors {
  return Object.fromEntries(
    Object.entries(sum).map(([name, before]) => {
      const term = tensors[name];
      if (term === undefined) throw new Error(`conditionings of one space differ: one has no ${name}`);
      if (before.shape.slice(1).join() !== term.shape.slice(1).join()) refuseOtherLength(before, term, input);
      return [name, b.add(before, term)];
    }),
  );
}

function refuseOtherLength({ shape: [, before] }: Value, { shape: [, tokens] }: Value, input: string): never {
  return refuse({
    code: "conditioning-length",
    at: { port: input },
    message: `a conditioning of ${tokens} tokens cannot be mixed with one of ${before}`,
    help: "let one text encoder write both, or set long prompts to be cut",
  });
}
