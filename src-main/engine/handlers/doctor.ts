// Answers `doctor`: what this machine has, what is missing, and how to get it.

import { arch, availableParallelism, cpus, freemem, platform, totalmem } from "node:os";
import type { ApiHandlers } from "../../common/api.ts";
import { firstAutomatic, surveyDevices } from "../../runtime/devices.ts";
import { onnxruntimeVersion } from "../../runtime/onnxruntime.ts";
import { loadTensorflow } from "../../runtime/tensorflow.ts";

const BYTES_PER_MB = 2 ** 20;

export const doctor: ApiHandlers["doctor"] = async () => {
  const [devices, tensorflow] = await Promise.all([surveyDevices(), loadTensorflow()]);
  return {
    platform: `${platform()} ${arch()}`,
    nodeVersion: process.versions.node,
    onnxruntimeVersion,
    cpu: { model: cpus()[0]?.model.trim() ?? "unknown", cores: availableParallelism() },
    memoryMB: { total: Math.round(totalmem() / BYTES_PER_MB), free: Math.round(freemem() / BYTES_PER_MB) },
    devices,
    chosen: firstAutomatic(devices),
    tensorflow: tensorflow.report,
  };
};
