// The bytes of an ONNX model as a protobuf message, with what every reader asks of it.

import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type GraphProto, type ModelProto } from "onnx-buf";
import { refuse } from "../../common/diagnostic.ts";
import { EXPORT_AGAIN } from "./decode-node.ts";
import { refuseCrowd } from "./refuse-crowd.ts";

// Softmax and others meant something else before.
const OLDEST_OPSET = 13;

/** Tensors in the message are views of `bytes`. */
export function parseModel(bytes: Uint8Array, file: string): { readonly graph: GraphProto; readonly opset: number } {
  const { graph, opsetImport } = parse(bytes, file);
  if (graph === undefined || graph.output.length === 0) {
    return refuse({
      code: "onnx-empty",
      at: { file },
      message: "the model holds no graph with outputs",
      help: "download the file again",
    });
  }
  const opset = Number(opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0n);
  if (opset >= OLDEST_OPSET) return { graph, opset };
  return refuse({
    code: "onnx-opset",
    at: { file },
    message: `the model uses opset ${opset}, older than ${OLDEST_OPSET}`,
    help: EXPORT_AGAIN,
  });
}

function parse(bytes: Uint8Array, file: string): ModelProto {
  refuseCrowd(bytes, ModelProtoSchema, file);
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    return refuse({
      code: "onnx-unreadable",
      at: { file },
      message: `not an ONNX model: ${error instanceof Error ? error.message : String(error)}`,
      help: "download the file again, or choose a model.onnx",
    });
  }
}
