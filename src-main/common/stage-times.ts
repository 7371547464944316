// Where the time of a run goes: each network and what it is run for, measured by the engine as it works.

import { z } from "zod";

/** Whose work it is: node types say which of these they stand for. */
export const stageNetwork = z.enum(["text encoder", "unet", "vae", "reward", "optimizer"]);
export type StageNetwork = z.output<typeof stageNetwork>;

export const stageWork = z.enum(["text encoding", "sampling", "decoding", "reward", "gradient", "optimizer"]);
export type StageWork = z.output<typeof stageWork>;

export const stageTime = z.object({
  /** `unet backwards` */
  name: z.string(),
  network: stageNetwork,
  /** Other networks that it computes in one piece with that one: they share its time. */
  beside: z.array(stageNetwork),
  work: stageWork,
  passes: z.int().nonnegative(),
  /** Of all passes, and of loading, which includes building its graph. */
  seconds: z.number().nonnegative(),
  loads: z.int().nonnegative(),
  loadSeconds: z.number().nonnegative(),
});
export type StageTime = z.output<typeof stageTime>;

export const stageTimes = z.object({
  device: z.string(),
  /** The stage in work; `null`: none, as between two steps. */
  current: z.string().nullable(),
  /** Since the engine began with this run, in the order in which they first ran. */
  stages: z.array(stageTime),
});
export type StageTimes = z.output<typeof stageTimes>;
