// The queue that a command has named, with what it says of its workers.

import type { WorkersInput } from "../../common/queue/workers-input.ts";
import type { WarningEvent } from "../../common/run-events.ts";
import { openQueue } from "../../queue/open-queue.ts";

/** @throws Refusal if it cannot be reached */
export async function openWorkers(
  { queue: url, token, device, silenceSeconds }: WorkersInput,
  emit: (event: WarningEvent) => Promise<void>,
) {
  const queue = await openQueue(url, (diagnostic) => void emit({ type: "warning", diagnostic }));
  return { queue, token, device, silenceMs: Math.round(silenceSeconds * 1000), close: () => queue.close() };
}
