// onnxruntime, told once for the whole process to log errors only.

import { env } from "onnxruntime-node";

env.logLevel = "error";

export { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";

export const onnxruntimeVersion = env.versions.node ?? env.versions.common;

/** What onnxruntime threw, without the place in its own source that it begins with. */
export function readFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^\S+\.(?:cc|cpp|h):\d+ .* was false\./s, "")
    .replace(/\[ONNXRuntimeError\] : \d+ : \w+ : /, "")
    .replace(/\s+/g, " ")
    .trim();
}
