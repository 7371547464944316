// The main function of an engine process: serves a contract to the process that started it, and ends with it.

import type { Contract, Handlers } from "../common/contract.ts";
import { serve } from "../common/wire/serve.ts";
import { channelToParent } from "./child-process-channel.ts";

export function runEngine<C extends Contract>(contract: C, handlers: Handlers<C>): void {
  // Ctrl-C in a terminal, and its end, reach the whole process group. The parent decides what they mean; work here ends with its step.
  // SIGTERM keeps its default, since a handler would only run after the network that is running now.
  for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
  serve(contract, handlers, channelToParent());
}
