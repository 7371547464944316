// A whole run for somebody else: learned in a folder of its own, of which what was learned and told is handed over.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { DeviceName } from "../../common/device.ts";
import { evaluatedReward, evaluatedRewardOf } from "../../common/evaluated-reward.ts";
import type { Program } from "../../common/program/program.ts";
import type { PieceEvent } from "../../common/queue/piece-task.ts";
import { courseOfSteps, rewardCourse, rewardMean } from "../../common/reward-course.ts";
import type { MetricsPoint } from "../../common/studio/run.ts";
import { openRunViews } from "../../evaluation/open-run-views.ts";
import { recentOf } from "../../learning/run-metrics.ts";
import { train } from "../../learning/train.ts";
import { unlessAborted } from "../../learning/unless-aborted.ts";
import { pack, unpack } from "../../queue/pack.ts";
import { applyLearned } from "../apply-learned.ts";
import { filesIn } from "./files-in.ts";
import { handOverRun } from "./hand-over-run.ts";
import { placeCheckpoint, unpackCheckpoint } from "./run-checkpoint.ts";
import { isImage, nameIn, refuseOddNames } from "./run-file-names.ts";

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
  /** What a worker before has handed over, from which it goes on; `null`: it begins. */
  readonly begun: Uint8Array | null;
  /** Hears also what there is of the run, so that another worker can go on with it. */
  readonly emit: (event: PieceEvent) => Promise<void>;
  readonly signal: AbortSignal;
  /** As for `handOverRun`. */
  readonly handedOverEveryMs?: number | undefined;
}

/** @throws the reason of the signal, if it was to stop */
export async function runPiece(program: Program, options: RunPieceOptions): Promise<Uint8Array> {
  const { device, images, begun, emit, signal, handedOverEveryMs: everyMs } = options;
  const folder = mkdtempSync(join(tmpdir(), "reneg-run-"));
  try {
    const checkpoint = begun === null ? null : unpackCheckpoint(begun);
    if (checkpoint !== null) placeCheckpoint(folder, checkpoint);
    const { metrics, reports, seconds } = await train(program, {
      folder,
      resume: checkpoint !== null,
      keeper: handOverRun(folder, { images, emit, signal, everyMs }),
      device,
      emit,
      signal,
      openViews: openRunViews,
    });
    await unlessAborted(signal, () => applyLearned(program, { run: folder, device, emit, signal }));
    signal.throwIfAborted();
    const files = filesIn(folder)
      .map((file) => nameIn(folder, file))
      .filter((name) => !name.startsWith("checkpoints/") && (images || !isImage(name)));
    return pack({
      json: {
        reward: courseOfSteps(metrics),
        heldOut: recentOf(metrics).heldOut,
        evaluated: reports.map(evaluatedRewardOf),
        seconds: seconds + secondsOf(metrics, checkpoint?.step ?? 0),
      } satisfies z.input<typeof told>,
      parts: new Map(files.map((name) => [name, readFileSync(join(folder, name))])),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the steps that were done before it went on. */
function secondsOf(metrics: readonly MetricsPoint[], until: number): number {
  return metrics.reduce((sum, { step, seconds }) => sum + (step <= until ? seconds : 0), 0);
}

/** @throws Error for what is no such answer */
export function readFinishedRun(bytes: Uint8Array): FinishedRun {
  const { json, parts } = unpack(bytes);
  refuseOddNames(parts);
  return { ...told.parse(json), files: parts };
}
