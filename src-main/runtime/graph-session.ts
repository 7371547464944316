// From a graph to a session: optimise, write as ONNX, load. The weights stay in their files.

import { parse, relative, sep } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { Graph } from "../compiler/graph.ts";
import { estimateMemory, type MemoryEstimate } from "../compiler/memory.ts";
import { encodeModel } from "../compiler/onnx/encode-model.ts";
import { optimize } from "../compiler/passes/optimize.ts";
import type { SessionOptions } from "./session-options.ts";
import { createSession, type Session } from "./session.ts";

// Bytes of weights from which a network is run lean: below, copies cost little and make it faster.
const LEAN_FROM = 64 * 2 ** 20;

export type GraphSessionOptions = Omit<SessionOptions, "weightsRoot">;

/** A graph made ready for a session, and what that session will need. */
export interface PreparedGraph {
  readonly graph: Graph;
  /** See `SessionOptions.lean`. */
  readonly lean: boolean;
  /** Foreseen when it is first asked for. */
  readonly memory: MemoryEstimate;
}

/** @throws Refusal if the weights lie on several volumes (Windows drives), or if the device cannot run the graph */
export async function createGraphSession(graph: Graph, options: GraphSessionOptions): Promise<Session> {
  return createPreparedSession(prepareGraph(graph), options);
}

export function prepareGraph(graph: Graph): PreparedGraph {
  const ready = optimize(graph);
  let memory: MemoryEstimate | undefined;
  return {
    graph: ready,
    lean: isLean(ready),
    get memory() {
      return (memory ??= estimateMemory(ready));
    },
  };
}

/** @throws as `createGraphSession` */
export async function createPreparedSession(
  { graph, lean }: PreparedGraph,
  options: GraphSessionOptions,
): Promise<Session> {
  const root = volumeOf(
    [...graph.weights.values()].map(({ file }) => file),
    options.stage,
  );
  // onnxruntime takes no absolute path, but any path below the folder it is given: here the root of the volume.
  const locate = (file: string): string => relative(root, file).split(sep).join("/");
  const model = encodeModel(graph, { locate });
  return createSession(model, { lean, ...options, ...(root === "" ? {} : { weightsRoot: root }) });
}

function isLean(graph: Graph): boolean {
  return [...graph.weights.values()].reduce((sum, { length }) => sum + length, 0) >= LEAN_FROM;
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
