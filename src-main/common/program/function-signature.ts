// What a function of programs tells before anything is opened: what a call takes and gives, and what is wrong with it.

import type { z } from "zod";
import type { Diagnostic } from "../diagnostic.ts";
import type { SavedEnding } from "./saved-name.ts";
import type { TypedRef, ValueFacts, ValueKind } from "./value-type.ts";

export interface FunctionInput {
  readonly kind: ValueKind;
  /** May be left out. */
  readonly optional?: true;
  /** Takes any number of values, in order. */
  readonly many?: true;
}
export type FunctionInputs = Readonly<Record<string, FunctionInput>>;

export type Gathered<I extends FunctionInput, Whole> = I extends { readonly many: true }
  ? readonly Whole[]
  : I extends { readonly optional: true }
    ? Whole | undefined
    : Whole;

export type TypedInputs<I extends FunctionInputs> = { readonly [K in keyof I]: Gathered<I[K], TypedRef> };

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

export interface FunctionSignature<
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
  /** Of a parameter: what it is where no optimizer changes it, of the same inputs. */
  untrained?(settings: z.output<S>): { readonly fn: string; readonly settings: Readonly<Record<string, unknown>> };
  /** Of a parameter: how the name of what is saved of it ends, "" for a folder; absent: `.safetensors`. */
  fileEnding?(settings: z.output<S>): SavedEnding;
  /** Before anything is opened. */
  infer?(args: InferArgs<I, S>): ValueFacts;
}

/** By name. */
export type FunctionSignatures = ReadonlyMap<string, FunctionSignature>;
