// The asking side of a contract: turns method calls into frames on a channel, and the frames that come back into results.

import type { CallSpec, Client, Contract, StreamSpec } from "../contract.ts";
import { refuse, Refusal, type Diagnostic } from "../diagnostic.ts";
import type { Channel } from "./frames.ts";

interface AnyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: unknown) => void | Promise<void>;
}

/** A question without an answer yet. */
interface Question {
  readonly onEvent: (event: unknown) => void;
  readonly onResult: (result: unknown) => void;
  readonly onFailure: (diagnostics: readonly Diagnostic[]) => void;
}

/** When the channel closes, every open question and every later one is rejected with the reason. */
export function connect<C extends Contract>(contract: C, channel: Channel): Client<C> {
  const questions = new Map<number, Question>();
  let closed: Diagnostic | null = null;
  let nextId = 0;

  channel.onFrame((frame) => {
    if (frame.type === "event") questions.get(frame.id)?.onEvent(frame.event);
    if (frame.type === "result") questions.get(frame.id)?.onResult(frame.result);
    if (frame.type === "failure") questions.get(frame.id)?.onFailure(frame.diagnostics);
  });
  channel.onClose((why) => {
    closed = why;
    for (const question of questions.values()) question.onFailure([why]);
  });

  async function ask(
    method: string,
    spec: CallSpec | StreamSpec,
    input: unknown,
    { signal, onEvent }: AnyOptions = {},
  ): Promise<unknown> {
    if (closed !== null) throw new Refusal([closed]);
    if (signal?.aborted === true) {
      refuse({ code: "cancelled", at: { stage: method }, message: "stopped before it began" });
    }
    const id = nextId++;
    const answer = Promise.withResolvers<unknown>();
    const cancel = (): void => channel.send({ type: "cancel", id });

    // Events are handed over one at a time, and the result after the last of them.
    let handedOver: Promise<void> = Promise.resolve();
    const handOver = async (event: unknown): Promise<void> => {
      if (spec.kind === "stream") await onEvent?.(spec.event.parse(event));
      channel.send({ type: "acknowledge", id });
    };
    questions.set(id, {
      onEvent(event) {
        handedOver = handedOver.then(() => handOver(event));
        handedOver.catch((fault: unknown) => {
          answer.reject(fault);
          cancel();
        });
      },
      onResult(result) {
        const schema = spec.kind === "stream" ? spec.result : spec.output;
        handedOver.then(() => answer.resolve(schema.parse(result))).catch(answer.reject);
      },
      onFailure(diagnostics) {
        answer.reject(new Refusal(diagnostics));
      },
    });
    signal?.addEventListener("abort", cancel);
    try {
      channel.send({ type: "request", id, method, input });
      return await answer.promise;
    } finally {
      questions.delete(id);
      signal?.removeEventListener("abort", cancel);
    }
  }

  const methods = Object.entries(contract).map(([method, spec]) => [
    method,
    (input: unknown, options?: AnyOptions) => ask(method, spec, input, options),
  ]);
  // One method for each entry, and `ask` parses what comes back with that entry's schemas.
  return Object.fromEntries(methods) as Client<C>;
}
