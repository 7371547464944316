// Answers `prepareApply` and `foreseeApply`: what an application will do and need, and a folder in which it is frozen.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import type { ApplyForecast } from "../../common/applying.ts";
import type { DeviceName } from "../../common/device.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { memoryBudget } from "../../runtime/memory-budget.ts";
import { prepareFolder } from "../../sampling/application/applied-folder.ts";
import { checkAppliedTexts } from "../../sampling/application/check-application.ts";
import type { Application } from "../../sampling/application/open-application.ts";
import { judgeFit } from "../judge-fit.ts";
import { resolveRequest } from "../open-target-of.ts";
import { refuseTaken } from "../refuse-taken.ts";
import { withApplication } from "../with-application.ts";

export const foreseeApply: ApiHandlers["foreseeApply"] = async ({ device: wanted, ...request }, { signal }) => {
  const device = await chooseDevice(wanted);
  return withApplication(request, { device, signal }, (application) => forecastOf(application, device));
};

export const prepareApply: ApiHandlers["prepareApply"] = async ({ run, device: wanted, ...request }, { signal }) => {
  const device = await chooseDevice(wanted);
  const folder = resolve(run);
  refuseTaken(folder);
  const settled = await resolveRequest(request, { device });
  return withApplication(settled, { device, signal }, (application) =>
    asOnlyWriter(folder, async () => {
      prepareFolder(folder, application);
      return forecastOf(application, device);
    }),
  );
};

function forecastOf(application: Application, device: DeviceName): ApplyForecast {
  const { request, target, settings, memory } = application;
  const budget = memoryBudget(device);
  const fit = judgeFit(request.embedding, target);
  const warnings: Diagnostic[] = [...(fit.verdict === "unsure" ? [fit.why] : []), ...checkAppliedTexts(application)];
  return {
    model: target.name,
    draws: target.draws,
    settings,
    steps: settings.steps * request.columns.length,
    memory,
    budget: Number.isFinite(budget) ? budget : null,
    device,
    warnings,
  };
}
