// Answers of the studio about the queue of workers: where it is, and what there is of it.

import type { ApiClient } from "../common/api.ts";
import { refuse } from "../common/diagnostic.ts";
import type { queueApi } from "../common/studio/queue.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import type { QueueKeeper } from "./queue-setting.ts";

interface QueueOptions {
  readonly keeper: QueueKeeper;
  /** Of a process that nothing else keeps busy. */
  readonly crew: Pick<ApiClient, "watchQueue">;
  /** Of this program. */
  readonly version: string;
  /** Every window asks for the setting anew. */
  readonly onChange: () => void;
}

export function queueHandlers({
  keeper,
  crew,
  version,
  onChange,
}: QueueOptions): Pick<StudioHandlers, keyof typeof queueApi> {
  const setting = () => ({ ...keeper.setting(), version });
  return {
    queueSetting: async () => setting(),
    async saveQueue(changes) {
      keeper.save(changes);
      onChange();
      return setting();
    },
    async removeQueue() {
      keeper.remove();
      onChange();
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
