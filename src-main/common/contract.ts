// How two processes talk: a contract lists what may be asked; the types of the asking and the answering side follow from it.

import type { z } from "zod";

/** One question, one answer. */
export interface CallSpec<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: "call";
  readonly input: Input;
  readonly output: Output;
  /** Whether the answer may come while another one is being worked on; everything else waits its turn. */
  readonly anyTime?: boolean;
}

/** One question, events while it is worked on, and a result. */
export interface StreamSpec<
  Input extends z.ZodType = z.ZodType,
  Event extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly kind: "stream";
  readonly input: Input;
  readonly event: Event;
  readonly result: Result;
  readonly anyTime?: boolean;
}

export type Contract = Readonly<Record<string, CallSpec | StreamSpec>>;

export function call<Input extends z.ZodType, Output extends z.ZodType>(
  spec: Omit<CallSpec<Input, Output>, "kind">,
): CallSpec<Input, Output> {
  return { kind: "call", ...spec };
}

export function stream<Input extends z.ZodType, Event extends z.ZodType, Result extends z.ZodType>(
  spec: Omit<StreamSpec<Input, Event, Result>, "kind">,
): StreamSpec<Input, Event, Result> {
  return { kind: "stream", ...spec };
}

/** The answering side: one function per entry, so that leaving one out does not compile. */
export type Handlers<C extends Contract> = { readonly [M in keyof C]: Handler<C[M]> };

export type Handler<S extends CallSpec | StreamSpec> =
  S extends StreamSpec<infer Input, infer Event, infer Result>
    ? (input: z.output<Input>, context: StreamContext<z.input<Event>>) => Promise<z.input<Result>>
    : S extends CallSpec<infer Input, infer Output>
      ? (input: z.output<Input>, context: CallContext) => Promise<z.input<Output>>
      : never;

export interface CallContext {
  /** Aborted when the asking side no longer wants the answer. Seen only where the handler yields to the event loop. */
  readonly signal: AbortSignal;
}

export interface StreamContext<Event> extends CallContext {
  /** Resolves once the asking side has room for more; await it, and the handler never runs far ahead. */
  readonly emit: (event: Event) => Promise<void>;
}

/** The asking side. Every method rejects with a `Refusal` when the other side refuses, fails or dies. */
export type Client<C extends Contract> = { readonly [M in keyof C]: ClientMethod<C[M]> };

export type ClientMethod<S extends CallSpec | StreamSpec> =
  S extends StreamSpec<infer Input, infer Event, infer Result>
    ? (input: z.input<Input>, options: StreamOptions<z.output<Event>>) => Promise<z.output<Result>>
    : S extends CallSpec<infer Input, infer Output>
      ? (input: z.input<Input>, options?: CallOptions) => Promise<z.output<Output>>
      : never;

export interface CallOptions {
  /** Abort it to ask politely for an early end: the other side finishes its step, saves, and then answers or refuses. */
  readonly signal?: AbortSignal | undefined;
}

export interface StreamOptions<Event> extends CallOptions {
  /** Called in order, one at a time; the next event waits for the promise. */
  readonly onEvent: (event: Event) => void | Promise<void>;
}
