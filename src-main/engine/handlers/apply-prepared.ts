// Answers `applyPrepared`: draws what `prepareApply` has prepared, into its folder.

import { join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { APPLIED_FOLDER } from "../../common/applied-files.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { readPrepared, writeApplied } from "../../training/applied-folder.ts";
import { drawApplication } from "../../training/apply-embedding.ts";
import { progressReporter } from "../../training/progress-reporter.ts";
import { removeUnfinished } from "../../training/unfinished-drawing.ts";
import { withApplication } from "../with-application.ts";

export const applyPrepared: ApiHandlers["applyPrepared"] = async ({ run, device: wanted }, { emit, signal }) => {
  const device = await chooseDevice(wanted);
  const started = performance.now();
  const request = readPrepared(resolve(run));
  return withApplication(request, { device, signal }, async (application) => {
    const unfinished = join(resolve(run), "unfinished.safetensors");
    const progress = (phase: string) => progressReporter(phase, emit);
    const columns = await drawApplication(application, { unfinished, emit, progress });
    const file = join(resolve(run), APPLIED_FOLDER);
    const seconds = (performance.now() - started) / 1000;
    await writeApplied(file, application, { columns, device, seconds });
    removeUnfinished(unfinished);
    const { settings, memory } = application;
    return { file, columns: request.columns, settings, device, seconds, memory };
  });
};
