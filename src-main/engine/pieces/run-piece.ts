// A whole run for somebody else: learned in a folder of its own, of which what was learned and told is handed over.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import type { DeviceName } from "../../common/device.ts";
import { evaluatedReward, evaluatedRewardOf } from "../../common/evaluated-reward.ts";
import type { Program } from "../../common/program/program.ts";
import { courseOfSteps, rewardCourse, rewardMean } from "../../common/reward-course.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { openRunViews } from "../../evaluation/open-run-views.ts";
import { recentOf } from "../../learning/run-metrics.ts";
import { train } from "../../learning/train.ts";
import { unlessAborted } from "../../learning/unless-aborted.ts";
import { pack, unpack } from "../../queue/pack.ts";
import { applyLearned } from "../apply-learned.ts";
import { filesIn } from "./files-in.ts";

const told = z.object({
  reward: rewardCourse.nullable(),
  heldOut: z.record(z.string(), rewardMean),
  evaluated: z.array(evaluatedReward),
  seconds: z.number(),
});

export interface FinishedRun extends z.output<typeof told> {
  /** By their place in the run's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface RunPieceOptions {
  readonly device: DeviceName;
  /** Whether images are handed over, too. */
  readonly images: boolean;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

const IMAGE = /\.(png|webp|gif|jpe?g|mp4|webm)$/i;

/** @throws the reason of the signal, if it was to stop */
export async function runPiece(program: Program, options: RunPieceOptions): Promise<Uint8Array> {
  const { device, images, emit, signal } = options;
  const folder = mkdtempSync(join(tmpdir(), "reneg-run-"));
  try {
    const { metrics, reports, seconds } = await train(program, {
      folder,
      resume: false,
      device,
      emit,
      signal,
      openViews: openRunViews,
    });
    await unlessAborted(signal, () => applyLearned(program, { run: folder, device, emit, signal }));
    signal.throwIfAborted();
    const files = filesIn(folder)
      .map((file) => relative(folder, file))
      .filter((name) => !name.startsWith(`checkpoints${sep}`) && (images || !IMAGE.test(name)));
    return pack({
      json: {
        reward: courseOfSteps(metrics),
        heldOut: recentOf(metrics).heldOut,
        evaluated: reports.map(evaluatedRewardOf),
        seconds,
      } satisfies z.input<typeof told>,
      parts: new Map(files.map((name) => [name.split(sep).join("/"), readFileSync(join(folder, name))])),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each name of a file is a place inside the folder, whatever the worker says. */
const fileName = /^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\:\0]+(\/[^/\\:\0]+)*$/;

/** @throws Error for what is no such answer */
export function readFinishedRun(bytes: Uint8Array): FinishedRun {
  const { json, parts } = unpack(bytes);
  const odd = [...parts.keys()].find((name) => !fileName.test(name));
  if (odd !== undefined) throw new Error(`it answered a file that lies elsewhere: ${odd}`);
  return { ...told.parse(json), files: parts };
}
