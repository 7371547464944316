// The sampler of a pipeline, over the noise schedule in its scheduler_config.json.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { SchedulerName } from "../common/sampling.ts";
import { createScheduler } from "../diffusion/create-scheduler.ts";
import { parseSchedulerConfig } from "../diffusion/scheduler-config.ts";
import type { Scheduler } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";

export function openScheduler(pipeline: Pipeline, name: SchedulerName, steps: number): Scheduler {
  const file = join(pipeline.schedulerFolder, "scheduler_config.json");
  if (!existsSync(file)) {
    refuse({
      code: "scheduler-missing",
      at: { file },
      message: "the pipeline does not say what noise it was trained with",
      help: "download the scheduler folder of the model too",
    });
  }
  return createScheduler(name, parseSchedulerConfig(readFileSync(file, "utf8"), file), steps);
}
