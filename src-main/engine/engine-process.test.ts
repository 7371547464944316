import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Diagnostic } from "../common/diagnostic.ts";
import { refusalOfWork } from "../common/testing/refusal-of.ts";
import { EVENT_WINDOW } from "../common/wire/frames.ts";
import { isAlive } from "../weights/process-identity.mjs";
import { createEngineProcess, type EngineProcess } from "./engine-process.ts";
import { echoContract } from "./testing/echo-contract.ts";

const PROGRAM = fileURLToPath(new URL("./testing/echo-engine.ts", import.meta.url));

let engine: EngineProcess<typeof echoContract>;
beforeEach(() => {
  engine = createEngineProcess(echoContract, PROGRAM);
});
afterEach(() => engine.kill());

async function faultsOf(answer: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const refusal = await refusalOfWork(() => answer);
  return refusal?.diagnostics ?? expect.unreachable("nothing was refused");
}

test("a call is answered, and typed arrays and bigints cross as they are", async () => {
  const value = { bytes: Uint8Array.of(1, 2, 3), numbers: Float32Array.of(0.5), large: 2n ** 60n, none: undefined };
  expect(await engine.api.echo({ value })).toEqual({ value });
});

test("events come in order, one at a time, and the result after the last", async () => {
  const seen: number[] = [];
  const onEvent = async ({ number }: { number: number }): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(number);
  };
  expect(await engine.api.count({ to: 50 }, { onEvent })).toBe(50);
  expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test("a fast producer waits for a slow consumer", async () => {
  let received = 0;
  let ahead = 0;
  const onEvent = async (): Promise<void> => {
    received += 1;
    if (received % 100 === 0) ahead = Math.max(ahead, (await engine.api.counted({})) - received);
  };
  await engine.api.count({ to: 1000, size: 4096 }, { onEvent });
  expect(received).toBe(1000);
  expect(ahead).toBeGreaterThan(0);
  expect(ahead).toBeLessThanOrEqual(EVENT_WINDOW + 1);
});

test("a cancelled run ends in its own time and still answers", async () => {
  const abort = new AbortController();
  const events: string[] = [];
  const onEvent = (event: string): void => {
    events.push(event);
    abort.abort();
  };
  expect(await engine.api.untilCancelled({}, { signal: abort.signal, onEvent })).toBe("saved");
  expect(events).toEqual(["begun", "saving"]);
});

test("a handler that gives up when cancelled is told as a cancellation, not as a fault", async () => {
  const abort = new AbortController();
  const answer = faultsOf(engine.api.giveUpWhenCancelled({}, { signal: abort.signal }));
  await engine.api.pid({});
  abort.abort();
  expect((await answer).map(({ code }) => code)).toEqual(["cancelled"]);
});

test("calls are worked on one at a time in the order they came", async () => {
  expect(await Promise.all([engine.api.order({}), engine.api.order({}), engine.api.order({})])).toEqual([1, 2, 3]);
});

test("a call that is cancelled while it waits for its turn never begins", async () => {
  const abort = new AbortController();
  const first = engine.api.order({});
  const second = faultsOf(engine.api.order({}, { signal: abort.signal }));
  const third = engine.api.order({});
  abort.abort();
  expect((await second).map(({ code }) => code)).toEqual(["cancelled"]);
  expect([await first, await third]).toEqual([1, 2]);
});

test("an invalid input is refused by the engine, with the parameter", async () => {
  expect(await faultsOf(engine.api.double({ value: 1001 }))).toEqual([
    {
      severity: "error",
      code: "invalid-input",
      at: { stage: "double", param: "value" },
      message: "it must be at most 1000; here it is 1001",
    },
  ]);
});

test("a method that the engine does not have is refused, also one that every object has", async () => {
  const wider = createEngineProcess({ ...echoContract, constructor: echoContract.double }, PROGRAM);
  const [diagnostic] = await faultsOf(wider.api.constructor({ value: 1 }));
  await wider.stop();
  expect(diagnostic).toMatchObject({ code: "unknown-method", message: 'the engine has no method "constructor"' });
});

test("diagnostics cross whole", async () => {
  expect(await faultsOf(engine.api.refuseAll({}))).toEqual([
    {
      severity: "error",
      code: "first",
      at: { file: "a.safetensors", part: "weight" },
      message: "it is wrong",
      notes: [{ at: { node: "UNet", port: "context" }, message: "wants 768" }],
      help: "mend it",
    },
    { severity: "warning", code: "second", at: {}, message: "it is odd" },
  ]);
});

test("a fault of a handler is told with its place, and the engine goes on", async () => {
  const [diagnostic] = await faultsOf(engine.api.fault({}));
  expect(diagnostic).toMatchObject({ code: "program-fault", at: { stage: "fault" }, message: "x is not a function" });
  expect(diagnostic?.notes?.[0]?.message).toContain("echo-engine.ts");
  expect(await engine.api.double({ value: 2 })).toBe(4);
});

test("an answer that breaks the contract is a fault", async () => {
  await expect(engine.api.wrongAnswer({})).rejects.toThrow("expected number");
});

test("an engine that dies is told with its exit code and its last twenty lines, and the next call starts another", async () => {
  const before = await engine.api.pid({});
  const [diagnostic] = await faultsOf(engine.api.die({ code: 7, log: "line" }));
  expect(diagnostic).toMatchObject({
    code: "engine-died",
    message: "the engine process is gone without an answer: it ended with exit code 7",
  });
  expect(diagnostic?.notes?.map(({ message }) => message)).toEqual(
    Array.from({ length: 20 }, (_, index) => `line ${index + 11}`),
  );
  expect(await engine.api.pid({})).not.toBe(before);
});

test("an engine that is killed is told with the signal", async () => {
  const working = faultsOf(engine.api.giveUpWhenCancelled({}));
  process.kill(await engine.api.pid({}), "SIGKILL");
  expect((await working)[0]?.message).toBe("the engine process is gone without an answer: it was ended by SIGKILL");
});

test("an engine that died three times within a minute is not started again", async () => {
  for (let death = 1; death <= 3; death += 1) await faultsOf(engine.api.die({ code: 1, log: "" }));
  expect((await faultsOf(engine.api.pid({})))[0]?.code).toBe("engine-keeps-dying");
});

test("to kill an engine is no death, and ends its work at once", async () => {
  for (let time = 1; time <= 4; time += 1) {
    const working = faultsOf(engine.api.giveUpWhenCancelled({}));
    await engine.api.pid({});
    await engine.kill();
    expect((await working)[0]).toMatchObject({ code: "cancelled", message: expect.stringContaining("on request") });
  }
});

test("stopping lets the process end by itself", async () => {
  const pid = await engine.api.pid({});
  await engine.stop();
  expect(isAlive(pid)).toBe(false);
});

test("an engine that nobody has called for so long ends, and the next call starts another", async () => {
  const resting = createEngineProcess(echoContract, PROGRAM, { restsAfterMs: 100 });
  const pid = await resting.api.pid({});
  await expect.poll(() => isAlive(pid)).toBe(false);
  const next = await resting.api.pid({});
  expect(next).not.toBe(pid);
  // Longer than it would rest for: a call is in hand.
  const log: number[] = [];
  await Promise.all([resting.api.block({ seconds: 0.5 }), resting.api.pid({}).then((answered) => log.push(answered))]);
  log.push(await resting.api.pid({}));
  expect(log).toEqual([next, next]);
  await resting.close();
});

test("after an engine was closed a call that comes late is refused, and starts no process", async () => {
  const closing = createEngineProcess(echoContract, PROGRAM);
  const pid = await closing.api.pid({});
  const late = closing.close().then(() => faultsOf(closing.api.pid({})));
  expect((await faultsOf(closing.api.pid({})))[0]?.code).toBe("cancelled");
  expect((await late)[0]?.code).toBe("cancelled");
  expect(isAlive(pid)).toBe(false);
});

test("stopping lets a run that is in hand save first", async () => {
  const log: string[] = [];
  const saving = createEngineProcess(echoContract, PROGRAM, { onLog: (line) => log.push(line) });
  const begun = Promise.withResolvers<void>();
  const run = faultsOf(saving.api.untilCancelled({}, { onEvent: () => begun.resolve() }));
  await begun.promise;
  await saving.stop();
  expect(log).toEqual(["saved"]);
  expect((await run)[0]?.code).toBe("cancelled");
});

test("Ctrl-C in the terminal does not end the engine", async () => {
  const pid = await engine.api.pid({});
  process.kill(pid, "SIGINT");
  expect(await engine.api.pid({})).toBe(pid);
});

test("every line of the log is handed over", async () => {
  const onLog = vi.fn<(line: string) => void>();
  const chatty = createEngineProcess(echoContract, PROGRAM, { onLog });
  await faultsOf(chatty.api.die({ code: 0, log: "hello" }));
  expect(onLog).toHaveBeenCalledTimes(30);
  expect(onLog).toHaveBeenLastCalledWith("hello 30");
});

// Windows cannot stop a process so that it goes on later.
test.skipIf(process.platform === "win32")(
  "an engine that is stopped is told from one that is busy, and can be ended",
  async () => {
    const silences: (number | null)[] = [];
    const onSilence = (since: number | null): void => void silences.push(since);
    const watched = createEngineProcess(echoContract, PROGRAM, { onSilence, silentAfterMs: 3000 });
    await watched.api.block({ seconds: 6 });
    expect(silences, "a call that blocks its process for longer than the limit is busy").toEqual([]);

    const stopped = Date.now();
    const pid = await watched.api.pid({});
    process.kill(pid, "SIGSTOP");
    await vi.waitUntil(() => silences.length === 1, { timeout: 20_000 });
    expect(Math.abs(Number(silences[0]) - stopped), "since the last beat, of one a second").toBeLessThan(2500);
    process.kill(pid, "SIGCONT");
    await vi.waitUntil(() => silences.length === 2, { timeout: 20_000 });
    expect(silences[1]).toBeNull();

    const working = faultsOf(watched.api.giveUpWhenCancelled({}));
    process.kill(pid, "SIGSTOP");
    await vi.waitUntil(() => silences.length === 3, { timeout: 20_000 });
    await watched.kill();
    expect((await working)[0]?.code).toBe("cancelled");
    expect(silences[3], "nobody waits for one that is gone").toBeNull();
    await watched.close();
  },
);
