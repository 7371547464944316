// Answers `apply`: a learned embedding on another model, beside what that model draws without it.

import type { ApiHandlers } from "../../common/api.ts";
import { videoWriterOf } from "../../pictures/write-video.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { videoOf } from "../../sampling/application/describe-application.ts";
import { carryOutApplication } from "../carry-out-application.ts";

export const apply: ApiHandlers["apply"] = async ({ out, device: wanted, ...request }, { emit, signal }) => {
  const device = await chooseDevice(wanted);
  const write = await videoWriterOf(out);
  return carryOutApplication(request, {
    device,
    emit,
    signal,
    result: out,
    write: (application, { columns }) => write(out, videoOf(application, columns)),
  });
};
