// How onnxruntime is set up for each device.

import type { DeviceName } from "../common/device.ts";
import type { InferenceSession } from "./onnxruntime.ts";

export interface SessionOptions {
  readonly device: DeviceName;
  /** What the network is to the user ("unet", "vae decoder"); faults are reported there. */
  readonly stage: string;
  /** The folder that the places of external weights are relative to: the root of the volume they lie on. */
  readonly weightsRoot?: string;
  /** Whether what the device cannot run may run on the CPU. Default true. */
  readonly allowCpuFallback?: boolean;
  /**
   * Whether matrices are copied into the layout that is fastest on the CPU. Default false: float32 weights then stay pages of
   * their file, which the system may drop and sessions share.
   */
  readonly prepackWeights?: boolean;
  /** CPU threads; absent: one per core. */
  readonly threads?: number;
}

export function onnxruntimeOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const { device, weightsRoot, allowCpuFallback = true, prepackWeights = false, threads } = options;
  return {
    ...DEVICE_OPTIONS[device],
    graphOptimizationLevel: "all",
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    extra: {
      session: {
        disable_prepacking: prepackWeights ? "0" : "1",
        // The CPU is no fallback of itself, and onnxruntime refuses this setting there.
        disable_cpu_ep_fallback: allowCpuFallback || device === "cpu" ? "0" : "1",
        ...(weightsRoot === undefined ? {} : { model_external_initializers_file_folder_path: weightsRoot }),
      },
      optimization: {
        // It would merge what is recomputed on the way back, to save memory, with the first computation, which then must be kept.
        disable_specified_optimizers: "CommonSubexpressionElimination",
      },
    },
  };
}

const DEVICE_OPTIONS: { readonly [D in DeviceName]: InferenceSession.SessionOptions } = {
  cpu: { executionProviders: [{ name: "cpu" }] },
  cuda: { executionProviders: [{ name: "cuda" }] },
  // Shapes never change between runs, so buffers of the exact size are used again.
  webgpu: { executionProviders: [{ name: "webgpu", storageBufferCacheMode: "simple" }] },
  // DirectML asks for both: https://onnxruntime.ai/docs/execution-providers/DirectML-ExecutionProvider.html
  dml: { executionProviders: [{ name: "dml" }], enableMemPattern: false, executionMode: "sequential" },
  coreml: { executionProviders: [{ name: "coreml" }] },
};
