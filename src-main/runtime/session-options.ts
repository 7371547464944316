// How onnxruntime is set up for each device.

import { type DeviceName, type Provider, providerOf } from "../common/device.ts";
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
   * Whether the CPU saves memory rather than the last of the time. float32 weights then stay pages of their file, which the
   * system may drop and sessions share, where they would else be copied into faster layouts; results are given back to the
   * system as soon as they are read. Default false.
   */
  readonly lean?: boolean;
  /** Whether part of the network comes from somebody's ONNX model, with norms and activations that may be written out. Default false. */
  readonly imported?: boolean;
  /** CPU threads; absent: one per core. */
  readonly threads?: number;
  /** Outputs that stay in the memory of the device, of one that keeps results. */
  readonly keeps?: readonly string[];
  /** How the name of a file begins in which onnxruntime writes, when the session is released, how long each operator took. */
  readonly profile?: string | undefined;
}

/** Others hand all results over, wherever they have been asked to leave them: onnxruntime-node knows buffers of WebGPU alone. */
export function keepsResults(device: DeviceName): boolean {
  return providerOf(device) === "webgpu";
}

export function onnxruntimeOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const { device, weightsRoot, allowCpuFallback = true, lean = false, imported = false, threads, keeps = [] } = options;
  const { profile } = options;
  const isLean = lean && device === "cpu";
  return {
    ...PROVIDER_OPTIONS[providerOf(device)],
    graphOptimizationLevel: "all",
    ...(isLean ? LEAN : {}),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    ...(keeps.length === 0
      ? {}
      : { preferredOutputLocation: Object.fromEntries(keeps.map((name) => [name, "gpu-buffer"])) }),
    extra: {
      session: {
        // Threads that wait would otherwise turn in circles. Alone that gains nothing; beside another program it costs a third of the speed.
        intra_op: { allow_spinning: "0" },
        disable_prepacking: lean ? "1" : "0",
        // The CPU is no fallback of itself, and onnxruntime refuses this setting there.
        disable_cpu_ep_fallback: allowCpuFallback || device === "cpu" ? "0" : "1",
        ...(weightsRoot === undefined ? {} : { model_external_initializers_file_folder_path: weightsRoot }),
      },
      optimization: {
        disable_specified_optimizers: [...NOT_WANTED, ...(isLean && !imported ? NOT_WANTED_IN_OURS : [])].join(";"),
      },
    },
  };
}

const NOT_WANTED = [
  // It would merge what is recomputed on the way back, to save memory, with the first computation, which then must be kept.
  "CommonSubexpressionElimination",
  // Our compiler has done it.
  "ConstantSharing",
  // These look for what our compiler never writes: quantised networks, language models, dropout. Each goes through the whole graph several
  // times, which for thousands of operators takes a third of the time in which a session is made.
  "EnsureUniqueDQForNodeUnit",
  "WhereDummyDq",
  "WeightBiasQuantization",
  "DoubleQDQPairsRemover",
  "QDQPropagationTransformer",
  "QDQS8ToU8Transformer",
  "QDQSelectorActionTransformer",
  "QDQFinalCleanupTransformer",
  "DynamicQuantizeMatMulFusion",
  "MatMulIntegerToFloatFusion",
  "MatMulNBitsFusion",
  "GroupQueryAttentionFusion",
  "GroupQueryAttentionPreNormFusion",
  "EmbedLayerNormFusion",
  "BiasDropoutFusion",
  "FreeDimensionOverrideTransformer",
] as const;

/**
 * What large networks of our own do without on the CPU: some of it finds scales and biases that it merges into other operators, but nothing
 * gets faster by that, some our compiler has done, and all of it takes more than half of the time in which a session is made. What is left
 * computes constants once. Measured in docs/benchmarks.md.
 */
const NOT_WANTED_IN_OURS = [
  "Level1_RuleBasedTransformer",
  "Level2_RuleBasedTransformer",
  "MatMulAddFusion",
  "ReshapeFusion",
  "TransposeOptimizer",
  "GemmActivationFusion",
  "ConvActivationFusion",
  "GeluFusionL1",
  "GeluFusionL2",
  "LayerNormFusionL1",
  "LayerNormFusionL2",
  "SimplifiedLayerNormFusion",
  "AttentionFusion",
  "GatherSliceToSplitFusion",
  "GatherToSliceFusion",
  "BiasGeluFusion",
  "SkipLayerNormFusion",
  "BiasSkipLayerNormFusion",
  "FastGeluFusion",
  "BiasSoftmaxFusion",
  "MatMulScaleFusion",
  "MatmulTransposeFusion",
  "QuickGeluFusion",
  "MatMulActivationFusion",
  "SliceConcatToSpaceToDepthFusion",
  "MatMulNBitsMlpFusion",
  "MatMulNBitsQkvFusion",
  "NhwcTransformer",
] as const;

/**
 * The level above "extended" is that of layouts: it copies the kernels of convolutions. The arena doubles what it asks the
 * system for, and never gives it back. Measured in docs/benchmarks.md.
 */
const LEAN: InferenceSession.SessionOptions = {
  graphOptimizationLevel: "extended",
  enableCpuMemArena: false,
};

const PROVIDER_OPTIONS: { readonly [P in Provider]: InferenceSession.SessionOptions } = {
  // Patterns keep the results of a whole run in one piece, from the second run on: beside all that the first one has left in the arena,
  // so that a session takes twice what it needs. They save no time.
  cpu: { executionProviders: [{ name: "cpu" }], enableMemPattern: false },
  cuda: { executionProviders: [{ name: "cuda" }] },
  // Shapes never change between runs, so buffers of the exact size are used again.
  webgpu: { executionProviders: [{ name: "webgpu", storageBufferCacheMode: "simple" }] },
  // DirectML asks for both: https://onnxruntime.ai/docs/execution-providers/DirectML-ExecutionProvider.html
  dml: { executionProviders: [{ name: "dml" }], enableMemPattern: false, executionMode: "sequential" },
  coreml: { executionProviders: [{ name: "coreml" }] },
};
