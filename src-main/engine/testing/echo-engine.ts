// The engine process of the tests.

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Handlers } from "../../common/contract.ts";
import { Refusal } from "../../common/diagnostic.ts";
import { runEngine } from "../run-engine.ts";
import { echoContract } from "./echo-contract.ts";

let counted = 0;
let reached = 0;

const handlers: Handlers<typeof echoContract> = {
  echo: async ({ value }) => ({ value }),
  double: async ({ value }) => 2 * value,
  async count({ to, size }, { emit }) {
    for (counted = 1; counted <= to; counted += 1) await emit({ number: counted, bytes: new Uint8Array(size) });
    return to;
  },
  counted: async () => counted,
  async untilCancelled(_, { signal, emit }) {
    await emit("begun");
    await once(signal, "abort");
    await emit("saving");
    console.error("saved");
    return "saved";
  },
  async giveUpWhenCancelled(_, { signal }) {
    await once(signal, "abort");
    return signal.throwIfAborted() as never;
  },
  async order() {
    const place = (reached += 1);
    await sleep(20);
    if (place !== reached) throw new Error("another call came in between");
    return place;
  },
  async refuseAll() {
    throw new Refusal([
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
  },
  async fault() {
    throw new TypeError("x is not a function");
  },
  // What a broken handler would answer: the types would not let it.
  wrongAnswer: async () => "two" as unknown as number,
  async block({ seconds }) {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end);
    return {};
  },
  pid: async () => process.pid,
  async die({ code, log }) {
    for (let line = 1; line <= 30; line += 1) console.error(`${log} ${line}`);
    process.exit(code);
  },
};

runEngine(echoContract, handlers);
