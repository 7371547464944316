// From a graph to a session: optimise, write as ONNX, load. The weights stay in their files.

import { parse, relative, sep } from "node:path";
import { computesInHalf, type DeviceName, type Provider, providerOf } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import { byteCount, type FloatTensor } from "../common/tensor.ts";
import { type Graph, valueOf } from "../compiler/graph.ts";
import { estimateMemory, type MemoryEstimate } from "../compiler/memory.ts";
import { type MovedWeight, takeOutMoved } from "../compiler/moved-weights.ts";
import { encodeModel } from "../compiler/onnx/encode-model.ts";
import { computeInHalf } from "../compiler/passes/compute-in-half.ts";
import { fuseAttention } from "../compiler/passes/fuse-attention.ts";
import { gateAtOnce } from "../compiler/passes/gate-at-once.ts";
import { optimize } from "../compiler/passes/optimize.ts";
import { usePlainKernels } from "../compiler/passes/plain-kernels.ts";
import { readTransposed } from "../compiler/passes/read-transposed.ts";
import { removeDead } from "../compiler/passes/remove-dead.ts";
import { reshapeWeights } from "../compiler/passes/reshape-weights.ts";
import { useWinograd } from "../compiler/passes/winograd.ts";
import { giveBack, readMoved } from "./read-moved.ts";
import type { SessionOptions } from "./session-options.ts";
import { createSession, type Session } from "./session.ts";
import { hasRightAttention } from "./verify-attention.ts";

/** Bytes of all weights, or of one result, from which a graph is run lean: below, copies cost little and make it faster. */
const LEAN_FROM = 64 * 2 ** 20;

export type GraphSessionOptions = Omit<SessionOptions, "weightsRoot">;

/** A graph made ready for a session, and what that session will need. */
export interface PreparedGraph {
  readonly graph: Graph;
  /** The same by the device's own attention, for a device that may have it wrong. */
  readonly fused?: () => Graph;
  /** See `SessionOptions.lean`. */
  readonly lean: boolean;
  /** Foreseen when it is first asked for. */
  readonly memory: MemoryEstimate;
}

/** @throws Refusal if the weights lie on several volumes (Windows drives), or if the device cannot run the graph */
export async function createGraphSession(graph: Graph, options: GraphSessionOptions): Promise<Session> {
  return createPreparedSession(prepareGraph(graph, options.device), options);
}

export function prepareGraph(graph: Graph, device: DeviceName): PreparedGraph {
  const live = removeDead(graph);
  const lean = isLean(live);
  const ready = lean && device === "cpu" ? optimizeForCpu(live) : optimizeFor(live, device);
  let memory: MemoryEstimate | undefined;
  return {
    graph: ready,
    ...(mayFuse(live, device) ? { fused: () => optimizeFor(fuseAttention(live), device) } : {}),
    lean,
    get memory() {
      return (memory ??= estimateMemory(ready));
    },
  };
}

/** Of these onnxruntime has kernels that keep probabilities on the chip. */
const FUSES: ReadonlySet<Provider> = new Set<Provider>(["cuda", "webgpu"]);

function mayFuse({ nodes }: Graph, device: DeviceName): boolean {
  return FUSES.has(providerOf(device)) && nodes.some(({ op }) => op === "Attention");
}

function optimizeFor(graph: Graph, device: DeviceName): Graph {
  return computesInHalf(device) ? computeInHalf(optimize(graph)) : optimize(graph);
}

/** Small networks are left as they are: they are run in faster layouts, for which onnxruntime looks for convolutions. */
function optimizeForCpu(graph: Graph): Graph {
  return FOR_CPU.reduce((result, pass) => pass(result), graph);
}

const FOR_CPU: readonly ((graph: Graph) => Graph)[] = [
  fuseAttention,
  optimize,
  useWinograd,
  usePlainKernels,
  reshapeWeights,
  readTransposed,
  gateAtOnce,
  removeDead,
];

/** @throws as `createGraphSession` */
export async function createPreparedSession(prepared: PreparedGraph, options: GraphSessionOptions): Promise<Session> {
  const { graph: plain, fused, lean } = prepared;
  const whole = fused !== undefined && (await hasRightAttention(options.device)) ? fused() : plain;
  // On a GPU they would be sent there at every run; a small network keeps them in faster layouts, for which they must be constant.
  const { graph, moved } =
    lean && options.device === "cpu" ? takeOutMoved(whole) : { graph: whole, moved: new Map<string, never>() };
  const root = volumeOf(
    [...graph.weights.values()].map(({ file }) => file),
    options.stage,
  );
  // onnxruntime takes no absolute path, but any path below the folder it is given: here the root of the volume.
  const locate = (file: string): string => relative(root, file).split(sep).join("/");
  const model = encodeModel(graph, { locate });
  const weights = readOrRefuse(moved, options.stage);
  const session = await createSession(model, {
    ...{ lean, imported: graph.imported },
    ...options,
    ...(root === "" ? {} : { weightsRoot: root }),
  }).catch((error: unknown) => {
    giveBack(moved.values());
    throw error;
  });
  if (moved.size === 0) return session;
  return {
    run: (feeds) => session.run({ ...feeds, ...weights }),
    pass: (feeds) => session.pass({ ...feeds, ...weights }),
    async release() {
      await session.release();
      giveBack(moved.values());
    },
  };
}

function readOrRefuse(moved: ReadonlyMap<string, MovedWeight>, stage: string): Record<string, FloatTensor> {
  try {
    return Object.fromEntries(readMoved(moved));
  } catch (error) {
    return refuse({
      code: "session-failed",
      at: { stage },
      message: `the weights of the network cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      help: "see whether the file is whole and was not moved since the program opened it",
    });
  }
}

function isLean({ weights, nodes, values }: Graph): boolean {
  const bytesOfWeights = [...weights.values()].reduce((sum, { length }) => sum + length, 0);
  return bytesOfWeights >= LEAN_FROM || nodes.some(({ output }) => byteCount(valueOf({ values }, output)) >= LEAN_FROM);
}

function volumeOf(files: readonly string[], stage: string): string {
  const [first = "", second] = new Set(files.map((file) => parse(file).root));
  if (second === undefined) return first;
  return refuse({
    code: "weights-on-two-volumes",
    at: { stage },
    message: `the weights of one network lie on two drives, ${first} and ${second}`,
    help: "put the files of one model on the same drive",
  });
}
