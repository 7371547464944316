import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished, test, expect } from "vitest";
import { SAME_PRESS_MS } from "../interruptions.ts";
import { startReneg } from "../testing/run-reneg.ts";

test.skipIf(process.platform === "win32")(
  "a second Ctrl-C ends a worker at once, though its queue does not answer",
  { timeout: 60_000 },
  async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const worker = startReneg("worker", "--queue", `redis://127.0.0.1:${port}`, "--device", "cpu");
    onTestFinished(() => void worker.child.kill("SIGKILL"));
    await once(silent, "connection");
    worker.child.kill("SIGINT");
    await worker.untilTold("press Ctrl-C again");
    // Less would be the same press, told twice.
    await sleep(SAME_PRESS_MS + 50);
    const pressed = performance.now();
    worker.child.kill("SIGINT");
    const { code, stderr } = await worker.outcome;
    expect(performance.now() - pressed).toBeLessThan(4000);
    expect(code).toBe(130);
    expect(stderr).toContain("the queue could not be left in order within a second");
  },
);
