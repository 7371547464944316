// Where parity meets the program: the engine's `network` call, in this process and on the processor.

import type { NetworkInput } from "../../src-main/common/network-run.ts";
import { network } from "../../src-main/engine/handlers/network.ts";

/** Reads `inputs`, writes `output`. */
export async function runNetwork(request: Omit<NetworkInput, "device">): Promise<void> {
  await network({ ...request, device: "cpu" }, { signal: new AbortController().signal });
}
