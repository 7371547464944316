// Answers of the studio about the queue of workers: where it is, and what there is of it.

import type { ApiClient } from "../common/api.ts";
import { refuse } from "../common/diagnostic.ts";
import type { queueApi } from "../common/studio/queue.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import type { QueueKeeper } from "./queue-setting.ts";

interface QueueOptions {
  readonly keeper: QueueKeeper;
  /** Of a process that nothing else keeps busy. */
  readonly crew: Pick<ApiClient, "watchQueue">;
  /** Of this program. */
  readonly version: string;
  readonly publish: (event: StudioEvent) => void;
}

export function queueHandlers({
  keeper,
  crew,
  version,
  publish,
}: QueueOptions): Pick<StudioHandlers, keyof typeof queueApi> {
  const setting = () => ({ ...keeper.setting(), version });
  return {
    queueSetting: async () => setting(),
    async saveQueue(changes) {
      keeper.save(changes);
      publish({ type: "queue" });
      return setting();
    },
    async removeQueue() {
      keeper.remove();
      publish({ type: "queue" });
      return setting();
    },
    async watchQueue(_, { emit, signal }) {
      const { address } = keeper.place() ?? refuseUnset();
      return crew.watchQueue({ queue: address }, { signal, onEvent: emit });
    },
  };
}

function refuseUnset(): never {
  refuse({
    code: "queue-unset",
    at: { stage: "queue" },
    message: "no queue of workers is set",
    help: "give the address of Redis or Valkey",
  });
}
