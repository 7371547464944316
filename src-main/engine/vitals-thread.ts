// A thread of the engine that tells what the process takes, once a second: a network that runs blocks every other answer, and what
// Node knows of its own process it knows on every system.

import { writeSync } from "node:fs";
import { VITALS_FD, VITALS_MS } from "./vitals-pipe.ts";

const timer = setInterval(tell, VITALS_MS);
tell();

function tell(): void {
  const { user, system } = process.cpuUsage();
  const vitals = { cpuSeconds: (user + system) / 1e6, memoryMB: process.memoryUsage.rss() / 2 ** 20 };
  try {
    writeSync(VITALS_FD, `${JSON.stringify(vitals)}\n`);
  } catch (error) {
    // Whoever listens is held up: nothing that it reads later is worth waiting for.
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return;
    // Whoever listened is gone; the work in hand may still have to end.
    clearInterval(timer);
  }
}
