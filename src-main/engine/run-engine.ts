// The main function of an engine process: serves a contract to the process that started it, and ends with it.

import { Worker } from "node:worker_threads";
import type { Contract, Handlers } from "../common/contract.ts";
import { serve } from "../common/wire/serve.ts";
import { channelToParent } from "./child-process-channel.ts";

/** Longer than any single network runs, after which work ends by itself: only one that hangs is ended so. */
const OUTLIVES_PARENT_BY_MS = 120_000;

export function runEngine<C extends Contract>(contract: C, handlers: Handlers<C>): void {
  // Ctrl-C in a terminal, and its end, reach the whole process group. The parent decides what they mean; work here ends with its step.
  // So does SIGTERM, where a service manager stops all that it has started.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
  process.on("disconnect", () => setTimeout(() => process.exit(1), OUTLIVES_PARENT_BY_MS).unref());
  new Worker(new URL("./vitals-thread.ts", import.meta.url)).unref();
  serve(contract, handlers, channelToParent());
}
