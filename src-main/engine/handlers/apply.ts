// Answers `apply`: a learned embedding on another model, beside what that model draws without it.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { drawApplication } from "../../training/apply-embedding.ts";
import { filmOf } from "../../training/describe-application.ts";
import { filmWriterOf } from "../../training/film-file.ts";
import { progressReporter } from "../../training/progress-reporter.ts";
import { removeUnfinished } from "../../training/unfinished-drawing.ts";
import { openTargetOf, settleRequest } from "../open-target-of.ts";
import { withApplication } from "../with-application.ts";

export const apply: ApiHandlers["apply"] = async ({ out, device: wanted, ...request }, { emit, signal }) => {
  const device = await chooseDevice(wanted);
  const started = performance.now();
  // Opened before anything runs, so that what does not fit is told at once.
  openTargetOf(request);
  const settled = await settleRequest(request, { device, emit });
  return withApplication(settled, { device, signal }, async (application) => {
    const { settings, memory } = application;
    const write = filmWriterOf(out);
    const unfinished = `${resolve(out).replace(/[/\\]$/, "")}.unfinished`;
    const progress = (phase: string) => progressReporter(phase, emit);
    const columns = await drawApplication(application, { unfinished, emit, progress });
    await write(out, filmOf(application, columns));
    removeUnfinished(unfinished);
    const seconds = (performance.now() - started) / 1000;
    return { file: resolve(out), columns: request.columns, settings, device, seconds, memory };
  });
};
