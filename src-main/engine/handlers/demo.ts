// Answers `demo`.

import type { ApiHandlers } from "../../common/api.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { runDemo } from "../demo.ts";

export const demo: ApiHandlers["demo"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  return runDemo(input, { device, emit, signal });
};
