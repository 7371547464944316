// The answering side of a contract: reads requests from a channel, one after the other, and never lets a failure escape but as a value.

import type { z } from "zod";
import type { CallSpec, Contract, Handlers, StreamSpec } from "../contract.ts";
import { refuse, Refusal, type Diagnostic } from "../diagnostic.ts";
import { explainFault } from "../explain-fault.ts";
import { DEEPEST, isTooDeep } from "../nesting.ts";
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

export interface ServeOptions {
  /** Requests that may be worked on at the same time; more are refused. Whoever asks in a program of our own knows its measure. */
  readonly mostRequests?: number;
}

/** When the channel closes, all work is asked to end as if it had been cancelled; its events go nowhere. */
export function serve<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  channel: Channel,
  { mostRequests = Number.POSITIVE_INFINITY }: ServeOptions = {},
): void {
  const jobs = new Map<number, Job>();
  const inTurn = createTurns();

  channel.onFrame((frame) => {
    if (frame.type === "request") take(frame.id, frame.method, frame.input);
    if (frame.type === "acknowledge") jobs.get(frame.id)?.credit.give();
    if (frame.type === "cancel") jobs.get(frame.id)?.abort.abort();
  });
  channel.onClose(() => {
    for (const { abort, credit } of jobs.values()) {
      credit.giveAll();
      abort.abort();
    }
  });

  function take(id: number, method: string, input: unknown): void {
    const fault = jobs.has(id) ? TAKEN_ID : jobs.size >= mostRequests ? TOO_MANY : null;
    if (fault === null) void answer(id, method, input);
    else
      channel.send({ type: "failure", id, diagnostics: [{ ...fault, at: { stage: method.slice(0, LONGEST_NAME) } }] });
  }

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

/** Of an input, more are told by nobody. */
const MOST_ISSUES = 100;
/** Of a method that there may not be, in messages. */
const LONGEST_NAME = 100;

const TAKEN_ID: Omit<Diagnostic, "at"> = {
  severity: "error",
  code: "invalid-input",
  message: "the request before with the same id is not answered yet",
};
const TOO_MANY: Omit<Diagnostic, "at"> = {
  severity: "error",
  code: "too-many-requests",
  message: "too many requests are not answered yet",
  help: "wait for their answers, and ask again",
};

function specOf(contract: Contract, method: string): CallSpec | StreamSpec {
  // Not `contract[method]` alone: "constructor" is no entry of the contract.
  const spec = Object.hasOwn(contract, method) ? contract[method] : undefined;
  return (
    spec ??
    refuse({
      code: "unknown-method",
      at: { stage: "engine" },
      message: `the engine has no method ${JSON.stringify(method.slice(0, LONGEST_NAME))}`,
      help: `it has ${Object.keys(contract).join(", ")}`,
    })
  );
}

function parseInput(spec: CallSpec | StreamSpec, method: string, received: unknown): unknown {
  if (isTooDeep(received)) refuseDepth(method);
  const parsed = spec.input.safeParse(received, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refusal(parsed.error.issues.slice(0, MOST_ISSUES).map((issue) => inputDiagnostic(method, issue)));
}

/** Schemas, and what follows them, call themselves for each level. */
function refuseDepth(method: string): never {
  refuse({
    code: "invalid-input",
    at: { stage: method, param: "input" },
    message: `lists and objects lie in each other more than ${DEEPEST} times`,
  });
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
