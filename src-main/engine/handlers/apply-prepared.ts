// Answers `applyPrepared`: draws what `prepareApply` has prepared, into its folder.

import { join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { APPLIED_FOLDER } from "../../common/applied-files.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { readPrepared, writeApplied } from "../../sampling/application/applied-folder.ts";
import { carryOutApplication } from "../carry-out-application.ts";

export const applyPrepared: ApiHandlers["applyPrepared"] = async ({ run, device: wanted }, { emit, signal }) => {
  const device = await chooseDevice(wanted);
  const result = join(resolve(run), APPLIED_FOLDER);
  return asOnlyWriter(resolve(run), () =>
    carryOutApplication(readPrepared(resolve(run)), {
      device,
      emit,
      signal,
      result,
      write: (application, drawn) => writeApplied(result, application, drawn),
    }),
  );
};
