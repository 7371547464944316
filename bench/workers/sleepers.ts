// A process of simulated workers: their pieces sleep as long as a GPU would take, and everything that is sent is real. Leaves when its
// parent says so.

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { openQueue } from "../../src-main/queue/open-queue.ts";
import { SMALL_ABOUT } from "../../src-main/queue/testing/small-job.ts";
import { serveQueue } from "../../src-main/queue/worker/serve-queue.ts";

const [url = "", first = "", count = "", seconds = ""] = process.argv.slice(2);
const leaving = new AbortController();

const names = Array.from({ length: Number(count) }, (_, i) => `worker-${Number(first) + i}`);
const queues = await Promise.all(names.map(() => openQueue(url, ({ message }) => console.error(message))));
const served = queues.map(async (queue, i) => {
  const name = names[i] ?? "";
  await serveQueue(queue, {
    name,
    token: "",
    about: SMALL_ABOUT,
    judge: async () => null,
    async execute({ work }) {
      const parameters = work.kind === "gradient" ? await queue.blobs.get(work.parameters) : null;
      await sleep(Number(seconds) * 1000);
      // Each worker answers something else, as gradients do.
      const answer = Buffer.from(parameters ?? []);
      answer.write(`${name} ${JSON.stringify(work)}`);
      return { bytes: answer, warnings: [] };
    },
    leaving: leaving.signal,
  });
  await queue.close();
});
process.send?.("ready");
await once(process, "message");
leaving.abort();
await Promise.all(served);
process.disconnect();
