// From a graph to a session: optimise, write as ONNX, load. The weights stay in their files.

import { parse, relative, sep } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { Graph } from "../compiler/graph.ts";
import { encodeModel } from "../compiler/onnx/encode-model.ts";
import { optimize } from "../compiler/passes/optimize.ts";
import type { SessionOptions } from "./session-options.ts";
import { createSession, type Session } from "./session.ts";

// Small weights are copied into the layout that runs fastest; large ones stay pages of their file.
const PREPACK_BELOW = 64 * 2 ** 20; // bytes

export type GraphSessionOptions = Omit<SessionOptions, "weightsRoot">;

/** @throws Refusal if the weights lie on several volumes (Windows drives), or if the device cannot run the graph */
export async function createGraphSession(graph: Graph, options: GraphSessionOptions): Promise<Session> {
  const ready = optimize(graph);
  const root = volumeOf(
    [...ready.weights.values()].map(({ file }) => file),
    options.stage,
  );
  // onnxruntime takes no absolute path, but any path below the folder it is given: here the root of the volume.
  const locate = (file: string): string => relative(root, file).split(sep).join("/");
  const model = encodeModel(ready, { locate });
  const prepackWeights = weightBytes(ready) < PREPACK_BELOW;
  return createSession(model, { prepackWeights, ...options, ...(root === "" ? {} : { weightsRoot: root }) });
}

function weightBytes(graph: Graph): number {
  return [...graph.weights.values()].reduce((sum, { length }) => sum + length, 0);
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
