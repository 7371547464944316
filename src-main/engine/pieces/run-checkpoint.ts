// What there is of a run that is not done, as bytes: of its folder all that it goes on with, to the same bits.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EARLY_STOPPING_FILE } from "../../common/early-stopping.ts";
import { PREVIEWS_FOLDER } from "../../common/preview-files.ts";
import { checkpointFile, forgetCheckpoints } from "../../learning/checkpoints.ts";
import { CUTS_FILE } from "../../learning/kept-cuts.ts";
import { METRICS_FILE } from "../../learning/run-metrics.ts";
import { pack, unpack } from "../../queue/pack.ts";
import { LARGEST_SENT } from "../../queue/work-queue.ts";
import { filesIn } from "./files-in.ts";
import { isImage, nameIn, placeFiles, refuseOddNames } from "./run-file-names.ts";

/** Besides the state and the previews. */
const OWN = [CUTS_FILE, METRICS_FILE, EARLY_STOPPING_FILE];

interface PackOptions {
  /** Steps done, of a checkpoint that the folder has. */
  readonly step: number;
  /** Whether previews go with it, where there is room for all of them. */
  readonly images: boolean;
  readonly largest?: number | undefined;
}

/** @returns `null`: it is larger than what is sent through a queue */
export function packCheckpoint(run: string, { step, images, largest = LARGEST_SENT }: PackOptions): Uint8Array | null {
  const own = OWN.map((name) => join(run, name));
  const previews = join(run, PREVIEWS_FOLDER);
  const shown = existsSync(previews) ? filesIn(previews) : [];
  // Whoever unpacks it writes the state last: what is beside it may be of later steps, but not of earlier ones.
  const needed = [...own.filter(existsSync), ...shown.filter((file) => !isImage(file)), checkpointFile(run, step)];
  const whole = images ? [...shown.filter(isImage), ...needed] : needed;
  const files = [whole, needed].find((some) => sizeOf(some) <= largest);
  if (files === undefined) return null;
  return pack({
    json: { step } satisfies z.input<typeof header>,
    parts: new Map(files.map((file) => [nameIn(run, file), readFileSync(file)])),
  });
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

export interface RunCheckpoint {
  readonly step: number;
  /** By their place in the run's folder, the state last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const header = z.object({ step: z.int().nonnegative() });

/** Whoever wrote it must not choose what a folder is taken for: a run's program is ours. @throws Error for what `packCheckpoint` has not made */
export function unpackCheckpoint(bytes: Uint8Array): RunCheckpoint {
  const { json, parts } = unpack(bytes);
  const { step } = header.parse(json);
  refuseOddNames(parts);
  if ([...parts.keys()].at(-1) !== nameIn("", checkpointFile("", step)))
    throw new Error("it handed over a run without its state");
  const taken = new Set([...OWN, nameIn("", checkpointFile("", step))]);
  const other = [...parts.keys()].find((name) => !taken.has(name) && !name.startsWith(`${PREVIEWS_FOLDER}/`));
  if (other !== undefined) throw new Error(`it handed over a file with which no run goes on: ${other}`);
  return { step, files: parts };
}

/** Makes a run's folder go on from there. @throws Refusal of the disk */
export function placeCheckpoint(run: string, { step, files }: RunCheckpoint): void {
  placeFiles(run, files);
  forgetCheckpoints(run, { but: step });
}
