// `disk`: a small disk that fills up in the middle of a run. The message says what and where; with room made, the run is resumed.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Part } from "./part.ts";
import { createRandom } from "./random.ts";
import { reneg } from "./reneg-command.ts";
import { differencesOf, learnInPeace, type Reference, wordsToGoOn } from "./small-run.ts";
import { createTally } from "./tally.ts";

const DISK_BYTES = 8 * 2 ** 20;
/** More than the small run takes with everything that it writes and deletes. */
const RUN_BYTES = 700 * 1024;

export const disk: Part = {
  summary: "A small disk that fills up in the middle of a run; room is made, and it is resumed.",
  amount: { of: "disks", whole: 12, small: 1 },
  async run({ seed, amount, folder, say }) {
    if (process.platform !== "linux") return { rows: [], skipped: "it mounts a tmpfs, which only Linux has" };
    const mounted = join(folder, "disk");
    mkdirSync(mounted);
    const fault = mount(mounted);
    if (fault !== null) return { rows: [], skipped: `a tmpfs cannot be mounted: ${fault}` };
    try {
      const reference = await learnInPeace(folder);
      const tally = createTally();
      const random = createRandom(seed);
      for (let i = 0; i < amount; i++) {
        // Spread over the whole run: in each part of it one.
        const room = Math.round(((i + random(1000) / 1000) / amount) * RUN_BYTES);
        const run = join(mounted, `run-${i}`);
        const { isFull, faults } = await fillUp(reference, run, mounted, room);
        tally.count(isFull ? "full in the middle, then resumed" : "just enough room", faults);
        rmSync(run, { recursive: true, force: true });
        say(`${i + 1} of ${amount}, with ${Math.round(room / 1024)} KiB of room`);
      }
      return { rows: tally.rows() };
    } finally {
      spawnSync("umount", [mounted]);
    }
  },
};

/** @returns why it cannot be; `null`: it is */
function mount(folder: string): string | null {
  const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder], {
    encoding: "utf8",
  });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

interface Filled {
  readonly isFull: boolean;
  readonly faults: readonly string[];
}

async function fillUp(reference: Reference, run: string, mounted: string, room: number): Promise<Filled> {
  const filler = join(mounted, "filler");
  const { bavail, bsize } = statfsSync(mounted);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - room)));
  const first = await reneg(wordsToGoOn(reference, run), mounted);
  rmSync(filler);
  const isFull = first.how !== 0;
  const told = isFull ? faultsOfMessage(first.stderr, run) : [];
  if (isFull) {
    const { how, stderr } = await reneg(wordsToGoOn(reference, run), mounted);
    if (how !== 0) return { isFull, faults: [...told, `it cannot be resumed: it ended with ${how}: ${stderr}`] };
  }
  return { isFull, faults: [...told, ...(await differencesOf(run, reference))] };
}

function faultsOfMessage(stderr: string, run: string): string[] {
  const isTold = stderr.includes("no space left on device") && stderr.includes(`at ${run}`);
  return isTold ? [] : [`the message does not say that the disk is full, and where: ${stderr}`];
}
