// The contract of a program's functions: what a call takes and gives, what is wrong with it, and how it is computed. One file a
// function; functions/index.ts lists them. No file here opens anything by itself: that is what `host` is for.

import type { z } from "zod";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { Ref } from "../common/program/program.ts";
import type { TypedRef, ValueFacts, ValueKind } from "../common/program/value-type.ts";
import type { Host } from "./host.ts";
import type { OpenedValues } from "./values.ts";

export interface FunctionInput {
  readonly kind: ValueKind;
  /** May be left out. */
  readonly optional?: true;
  /** Takes any number of values, in order. */
  readonly many?: true;
}
export type FunctionInputs = Readonly<Record<string, FunctionInput>>;

type Gathered<I extends FunctionInput, Whole> = I extends { readonly many: true }
  ? readonly Whole[]
  : I extends { readonly optional: true }
    ? Whole | undefined
    : Whole;

export type TypedInputs<I extends FunctionInputs> = { readonly [K in keyof I]: Gathered<I[K], TypedRef> };
export type OpenedInputs<I extends FunctionInputs> = {
  readonly [K in keyof I]: Gathered<I[K], OpenedValues[I[K]["kind"]]>;
};

/** What is wrong with a call, at one of its inputs or settings where it can be pointed at. */
export type CallFault = Omit<Diagnostic, "severity" | "at"> & {
  readonly severity?: Diagnostic["severity"];
  readonly input?: string;
  readonly setting?: string;
};

export interface InferArgs<I extends FunctionInputs, S extends z.ZodObject> {
  readonly inputs: TypedInputs<I>;
  readonly settings: z.output<S>;
  /** Tells of a fault and goes on, so that all are found. */
  readonly fault: (fault: CallFault) => void;
}

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
> {
  /** Written into programs: never renamed. */
  readonly name: string;
  /** What it computes, as a sentence. */
  readonly help: string;
  readonly inputs: I;
  readonly output: K;
  readonly settings: S;
  /** Settings that name files or folders, `start.file` within others: made absolute where a program is frozen. */
  readonly paths?: readonly string[];
  /** Before anything is opened. */
  infer?(args: InferArgs<I, S>): ValueFacts;
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
