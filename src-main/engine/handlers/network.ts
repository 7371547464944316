// Answers `network`: one network of a pipeline on given tensors.

import type { ApiHandlers } from "../../common/api.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { runNetwork } from "../run-network.ts";

export const network: ApiHandlers["network"] = async (input) => {
  const device = await chooseDevice(input.device);
  const { outputs, seconds } = await runNetwork(input, device);
  const described = Object.entries(outputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape: [...shape] }));
  return { outputs: described, device, seconds };
};
