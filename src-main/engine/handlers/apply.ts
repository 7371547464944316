// Answers `apply`: a learned embedding on another model, beside what that model draws without it.

import type { ApiHandlers } from "../../common/api.ts";
import { filmWriterOf } from "../../pictures/film-file.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { filmOf } from "../../sampling/application/describe-application.ts";
import { carryOutApplication } from "../carry-out-application.ts";

export const apply: ApiHandlers["apply"] = async ({ out, device: wanted, ...request }, { emit, signal }) => {
  const device = await chooseDevice(wanted);
  const write = await filmWriterOf(out);
  return carryOutApplication(request, {
    device,
    emit,
    signal,
    result: out,
    write: (application, { columns }) => write(out, filmOf(application, columns)),
  });
};
