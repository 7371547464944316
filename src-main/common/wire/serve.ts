// The answering side of a contract: reads requests from a channel, one after the other, and never lets a failure escape but as a value.

import type { z } from "zod";
import type { CallSpec, Contract, Handlers, StreamSpec } from "../contract.ts";
import { refuse, Refusal, type Diagnostic } from "../diagnostic.ts";
import { explainFault } from "../explain-fault.ts";
import { printIssue } from "../print-issue.ts";
import { createCredit, type Credit } from "./credit.ts";
import { EVENT_WINDOW, type Channel } from "./frames.ts";
import { createTurns } from "./turns.ts";

type AnyHandler = (
  input: unknown,
  context: { readonly signal: AbortSignal; readonly emit: (event: unknown) => Promise<void> },
) => Promise<unknown>;

/** Work that was asked for and not answered yet. */
interface Job {
  readonly abort: AbortController;
  readonly credit: Credit;
}

/** When the channel closes, all work is asked to end as if it had been cancelled; its events go nowhere. */
export function serve<C extends Contract>(contract: C, handlers: Handlers<C>, channel: Channel): void {
  const jobs = new Map<number, Job>();
  const inTurn = createTurns();

  channel.onFrame((frame) => {
    if (frame.type === "request") void answer(frame.id, frame.method, frame.input);
    if (frame.type === "acknowledge") jobs.get(frame.id)?.credit.give();
    if (frame.type === "cancel") jobs.get(frame.id)?.abort.abort();
  });
  channel.onClose(() => {
    for (const { abort, credit } of jobs.values()) {
      credit.giveAll();
      abort.abort();
    }
  });

  async function answer(id: number, method: string, received: unknown): Promise<void> {
    const job = { abort: new AbortController(), credit: createCredit(EVENT_WINDOW) };
    jobs.set(id, job);
    const { signal } = job.abort;
    try {
      const spec = specOf(contract, method);
      const input = parseInput(spec, method, received);
      // `Handlers<C>` has a handler of this shape for every name of the contract; which one is known only now.
      const handler = handlers[method] as AnyHandler;
      const emit = async (event: unknown): Promise<void> => {
        await job.credit.take();
        channel.send({ type: "event", id, event });
      };
      const work = (): Promise<unknown> => handler(input, { signal, emit });
      const result = await (spec.anyTime === true ? work() : inTurn(work, signal));
      channel.send({ type: "result", id, result });
    } catch (error) {
      channel.send({ type: "failure", id, diagnostics: explain(error, method, signal) });
    } finally {
      jobs.delete(id);
    }
  }
}

function specOf(contract: Contract, method: string): CallSpec | StreamSpec {
  // Not `contract[method]` alone: "constructor" is no entry of the contract.
  const spec = Object.hasOwn(contract, method) ? contract[method] : undefined;
  return (
    spec ??
    refuse({
      code: "unknown-method",
      at: { stage: "engine" },
      message: `the engine has no method ${JSON.stringify(method)}`,
      help: `it has ${Object.keys(contract).join(", ")}`,
    })
  );
}

function parseInput(spec: CallSpec | StreamSpec, method: string, received: unknown): unknown {
  const parsed = spec.input.safeParse(received, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refusal(parsed.error.issues.map((issue) => inputDiagnostic(method, issue)));
}

function inputDiagnostic(method: string, issue: z.core.$ZodIssue): Diagnostic {
  const param = issue.path.length === 0 ? "input" : issue.path.join(".");
  return { severity: "error", code: "invalid-input", at: { stage: method, param }, message: printIssue(issue) };
}

function explain(error: unknown, method: string, signal: AbortSignal): readonly Diagnostic[] {
  const at = { stage: method };
  if (signal.aborted && error === signal.reason) {
    return [{ severity: "error", code: "cancelled", at, message: "stopped on request" }];
  }
  return explainFault(error, at);
}
