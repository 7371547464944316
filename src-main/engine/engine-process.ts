// An engine process that is there when it is needed: started by the first call, and again by the next one after it died.

import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Contract } from "../common/contract.ts";
import { Refusal, refuse, type Diagnostic } from "../common/diagnostic.ts";
import type { EngineVitals } from "../common/engine-vitals.ts";
import { connect } from "../common/wire/connect.ts";
import { allocatorEnvironment } from "../runtime/allocator-environment.ts";
import { endOf, type ChildEnd } from "./child-end.ts";
import { channelToChild } from "./child-process-channel.ts";
import { followHeartbeat } from "./heartbeat.ts";
import { createLogTail } from "./log-tail.ts";
import { findNode } from "./node-binary.ts";
import { followVitals } from "./vitals.ts";
import { whenIdle } from "./when-idle.ts";

export interface EngineProcess<C extends Contract> {
  readonly api: Client<C>;
  /** Lets the work in hand end with its step and the process with it. A later call starts a new one. */
  readonly stop: () => Promise<void>;
  /** The same for good: a later call is refused, so that nothing that comes late leaves a process behind. */
  readonly close: () => Promise<void>;
  /** Ends the process at once, whatever it does. @param why what its callers are told; that it was asked for, unless given */
  readonly kill: (why?: Diagnostic) => Promise<void>;
}

export interface EngineOptions {
  /** Every line the process writes to its log. */
  readonly onLog?: (line: string) => void;
  /** Hears of every end that was not asked for, with the last lines of the log. */
  readonly onDeath?: (diagnostic: Diagnostic) => void;
  /** Hears once a second what the process takes of the machine. */
  readonly onVitals?: (vitals: EngineVitals) => void;
  /** Hears since when the process gives no sign of life, in milliseconds since 1970; and `null` when it gives one again, or is gone. */
  readonly onSilence?: (since: number | null) => void;
  /** So long without one is silence. */
  readonly silentAfterMs?: number;
  /** Bytes that it may use, where somebody has said so. */
  readonly memory?: number | undefined;
  /** So long without a call, and the process ends, and gives back all memory that it keeps; the next call starts another. */
  readonly restsAfterMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

const LOG_LINES = 20;
const SILENT_AFTER_MS = 60_000;
const RESTS_AFTER_MS = 60_000;
/** So many deaths within so long, and it is not started again. */
const MOST_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;
/** Before the second start; doubles with each death. */
const FIRST_WAIT_MS = 200;

const ENDED: Diagnostic = {
  severity: "error",
  code: "cancelled",
  at: { stage: "engine" },
  message: "the engine process was ended on request, before it answered",
  help: "a run goes on from its last checkpoint",
  command: "`reneg train --resume RUN`",
  action: "resume",
};

interface Running<C extends Contract> {
  readonly child: ChildProcess;
  readonly client: Client<C>;
  /** Resolves, when the process is gone, with how it went. */
  readonly gone: Promise<Diagnostic>;
}

/** @param program the TypeScript file that calls `runEngine` with this contract. */
export function createEngineProcess<C extends Contract>(
  contract: C,
  program: string,
  options: EngineOptions = {},
): EngineProcess<C> {
  const { onLog = () => undefined, onDeath = () => undefined, onSilence = () => undefined } = options;
  const { onVitals, silentAfterMs = SILENT_AFTER_MS, env = process.env } = options;
  const { memory, restsAfterMs = RESTS_AFTER_MS } = options;
  /** The one that takes calls. */
  let current: Promise<Running<C>> | null = null;
  let latest: Running<C> | null = null;
  /** That one, and those that were asked to end and still work on their step. */
  const alive = new Set<Running<C>>();
  /** With what their callers are told. */
  const dismissed = new WeakMap<ChildProcess, Diagnostic>();
  let deaths: readonly number[] = [];
  let isClosed = false;

  async function ensureRunning(): Promise<Running<C>> {
    if (isClosed) throw new Refusal([ENDED]);
    current ??= start().catch((error: unknown) => {
      current = null;
      throw error;
    });
    return current;
  }

  async function start(): Promise<Running<C>> {
    deaths = deaths.filter((time) => Date.now() - time < DEATHS_WITHIN_MS);
    if (deaths.length >= MOST_DEATHS) refuseToRestart(deaths.length);
    if (deaths.length > 0) await sleep(FIRST_WAIT_MS * 2 ** (deaths.length - 1));
    const child = spawn(findNode(), [program], {
      stdio: ["ignore", "pipe", "pipe", "ipc", "pipe"],
      serialization: "advanced",
      env: { ...allocatorEnvironment(memory), ...env },
    });
    const heartbeat = followHeartbeat(silentAfterMs, onSilence);
    followVitals(child, { onBeat: heartbeat.beat, onVitals });
    const log = createLogTail(LOG_LINES, onLog);
    if (child.stdout !== null) log.follow(child.stdout);
    if (child.stderr !== null) log.follow(child.stderr);
    const gone = endOf(child).then((end) => dismissed.get(child) ?? explainEnd(end, log.lines()));
    const running = { child, client: connect(contract, channelToChild(child, gone)), gone };
    latest = running;
    alive.add(running);
    child.on("disconnect", () => {
      if (latest === running) current = null;
    });
    void gone.then((diagnostic) => {
      alive.delete(running);
      heartbeat.end();
      // An end that was asked for is no death.
      if (dismissed.has(child)) return;
      deaths = [...deaths, Date.now()];
      onDeath(diagnostic);
    });
    return running;
  }

  async function dismissAll(why: Diagnostic, dismiss: (running: Running<C>) => void): Promise<void> {
    // One that is about to start is no exception, and one that cannot start is nothing to end.
    await current?.catch(() => undefined);
    current = null;
    const all = [...alive];
    for (const running of all) {
      dismissed.set(running.child, why);
      dismiss(running);
    }
    await Promise.all(all.map(({ gone }) => gone));
  }

  const stop = (): Promise<void> =>
    dismissAll(ENDED, ({ child }) => {
      if (child.connected) child.disconnect();
    });

  const atWork = whenIdle(restsAfterMs, () => void stop());

  return {
    api: forward(contract, (call) => atWork(async () => call((await ensureRunning()).client))),
    stop,
    close() {
      isClosed = true;
      return stop();
    },
    kill: (why = ENDED) =>
      dismissAll(why, ({ child }) => {
        // Its files are whole at every moment, and a network that runs would let no politer signal through.
        child.kill("SIGKILL");
      }),
  };
}

/** A client whose engine is looked up anew for every call. */
function forward<C extends Contract>(
  contract: C,
  answer: (call: (client: Client<C>) => Promise<unknown>) => Promise<unknown>,
): Client<C> {
  const methods = Object.keys(contract).map((method) => [
    method,
    (...question: readonly unknown[]) =>
      // The types of question and answer are those of `Client<C>`, which the whole object is returned as.
      answer((client) => (client[method] as (...question: readonly unknown[]) => Promise<unknown>)(...question)),
  ]);
  // One method for each entry of the contract.
  return Object.fromEntries(methods) as Client<C>;
}

function explainEnd({ code, signal, fault }: ChildEnd, lines: readonly string[]): Diagnostic {
  const how = fault?.message ?? (signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`);
  return {
    severity: "error",
    code: "engine-died",
    at: { stage: "engine" },
    message: `the engine process is gone without an answer: ${how}`,
    notes: lines.map((line) => ({ at: { part: "log" }, message: line })),
    help: "the engine is started anew when it is needed; a run goes on from its last checkpoint",
    command: "`reneg train --resume RUN`",
    action: "resume",
  };
}

function refuseToRestart(count: number): never {
  refuse({
    code: "engine-keeps-dying",
    at: { stage: "engine" },
    message: `the engine process died ${count} times within ${DEATHS_WITHIN_MS / 1000} seconds and is not started again`,
    help: "try the processor as the device, and look at which devices work here",
    command: "`--device cpu`, `reneg doctor`",
    action: "choose device",
  });
}
