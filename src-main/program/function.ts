// The contract of a program's functions: what a call takes and gives, what is wrong with it, and how it is computed. One file a
// function; functions/index.ts lists them. No file here opens anything by itself: that is what `host` is for.

import type { z } from "zod";
import type { FunctionInputs, FunctionSignature, Gathered } from "../common/program/function-signature.ts";
import type { Ref } from "../common/program/program.ts";
import type { ValueKind } from "../common/program/value-type.ts";
import type { Host } from "./host.ts";
import type { OpenedValues } from "./values.ts";

export type { CallFault, FunctionInputs, TypedInputs } from "../common/program/function-signature.ts";

export type OpenedInputs<I extends FunctionInputs> = {
  readonly [K in keyof I]: Gathered<I[K], OpenedValues[I[K]["kind"]]>;
};

export interface OpenArgs<I extends FunctionInputs, S extends z.ZodObject> {
  readonly ref: Ref;
  readonly inputs: OpenedInputs<I>;
  readonly settings: z.output<S>;
  readonly host: Host;
}

export interface ProgramFunction<
  I extends FunctionInputs = FunctionInputs,
  K extends ValueKind = ValueKind,
  S extends z.ZodObject = z.ZodObject,
> extends FunctionSignature<I, K, S> {
  /** @throws Refusal for files that cannot be used, or that do not fit together */
  open(args: OpenArgs<I, S>): OpenedValues[K];
}

export function defineFunction<const I extends FunctionInputs, const K extends ValueKind, S extends z.ZodObject>(
  definition: ProgramFunction<I, K, S>,
): ProgramFunction<I, K, S> {
  return definition;
}

/** By name. */
export type ProgramFunctions = ReadonlyMap<string, ProgramFunction>;
