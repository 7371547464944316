// A result that stays in the memory of the device that computed it, where another session reads it.

import type { Tensor } from "../common/tensor.ts";
import type { OrtTensor } from "./onnxruntime.ts";

/** To be given back before the session that computed it is: onnxruntime ends the process otherwise. */
export interface DeviceTensor {
  readonly onDevice: OrtTensor;
}

export function isOnDevice(tensor: Tensor | DeviceTensor): tensor is DeviceTensor {
  return "onDevice" in tensor;
}

/** Nobody can read it afterwards. */
export function giveBackTensor({ onDevice }: DeviceTensor): void {
  onDevice.dispose();
}
