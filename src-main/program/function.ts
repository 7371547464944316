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

/** What is read of files where a program is frozen. */
export interface FrozenFiles {
  /** @throws Refusal for a list that cannot be read */
  readonly promptsIn: (file: string) => readonly string[];
  /** Of a table of pairs or of ratings, or of the folder that it lies in. @throws Refusal if there is none */
  readonly pairsDigest: (source: string) => string;
  readonly ratingsDigest: (source: string) => string;
}

export interface ProgramFunction<
  I extends FunctionInputs = FunctionInputs,
  K extends ValueKind = ValueKind,
  S extends z.ZodObject = z.ZodObject,
> extends FunctionSignature<I, K, S> {
  /** Settings that hold what files say, or what tells that they have changed: so a run keeps them. Absent: files are used as they are. */
  freeze?(settings: z.output<S>, files: FrozenFiles): z.output<S>;
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
