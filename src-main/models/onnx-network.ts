// A network exported to ONNX, as Optimum lays them out: `unet/model.onnx`, perhaps with `model.onnx_data` beside it.

import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { counted } from "../common/counted.ts";
import { refuse } from "../common/diagnostic.ts";
import type { ComponentName } from "../common/network-run.ts";
import { importModel } from "../compiler/onnx/import/import-model.ts";
import { type OnnxModel, readOnnxModel } from "../compiler/onnx/import/read-model.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { printForeign, recogniseForeignFile, RECOGNISED_BYTES } from "../weights/foreign-file.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import type { Network } from "./networks.ts";

/** The limit of the protobuf format: larger models have their weights in a file of their own. */
const LARGEST_MODEL = 2 ** 31;

/**
 * The ONNX model of a component, if there is one. A reward is never one: its two towers are called one by one.
 * @param path a pipeline's folder, a component's folder, or a model.onnx itself
 */
export function findOnnxModel(path: string, component: ComponentName): string | undefined {
  if (component === "reward") return undefined;
  const root = resolve(path);
  if (root.endsWith(".onnx")) return root;
  return [join(root, component, "model.onnx"), join(root, "model.onnx")].find((file) => existsSync(file));
}

/** @throws Refusal if the file is no ONNX model, or if its weights are missing or lie outside its folder */
export function openOnnxNetwork(file: string, component: ComponentName): Network {
  const model = readOnnxFile(file);
  return {
    component,
    path: file,
    weights: model.weights,
    build: (b, { timestep_sinusoid: sinusoid, ...inputs }, adapt) => {
      if (adapt !== undefined) refuseAdapter(file);
      if (sinusoid === undefined) return importModel(b, model, inputs);
      return importModel(b, model, inputs, { input: "timestep", value: sinusoid });
    },
  };
}

function refuseAdapter(file: string): never {
  refuse({
    code: "onnx-adapter",
    at: { file },
    message: "this network is an ONNX export, whose weights no longer have the names that a LoRA is made for",
    help: "use the same model as safetensors",
  });
}

/** Operators, declared inputs and the places of all weights. The weights themselves stay in their files. */
export function readOnnxFile(file: string): OnnxModel {
  const bytes = withOpenFile(file, (opened) => {
    const head = readRange(opened, 0, Math.min(opened.size, RECOGNISED_BYTES));
    const foreign = recogniseForeignFile(head);
    if (foreign !== undefined) {
      refuse({
        code: "onnx-unreadable",
        at: { file },
        message: `this is ${printForeign(foreign)}`,
        help: foreign.help,
      });
    }
    if (opened.size > LARGEST_MODEL) {
      refuse({
        code: "onnx-unreadable",
        at: { file },
        message: `the file has ${opened.size} bytes, more than an ONNX model can have`,
        help: "choose the model.onnx, not the file of its weights",
      });
    }
    return readRange(opened, 0, opened.size);
  });
  const model = readOnnxModel(bytes, {
    file,
    target: realpathSync(file),
    resolve: (location) => externalFile(file, location),
    read: (data, offset, length) => {
      checkRange(file, data, offset + length);
      return withOpenFile(data, (opened) => readRange(opened, offset, length));
    },
  });
  checkRanges(file, model.weights);
  return model;
}

/** Beside the model or in a folder there; a location that leads anywhere else is an attack or a mistake. */
function externalFile(model: string, location: string): string {
  const parts = location.split("/");
  if (location === "" || /[\\:\0]/.test(location) || parts.includes("..") || parts[0] === "") {
    refuse({
      code: "onnx-outside-folder",
      at: { file: model, part: location },
      message: "external data must lie in the folder of the model",
      help: "do not use this model unless you trust where it came from",
    });
  }
  const file = join(dirname(model), location);
  if (!existsSync(file)) {
    refuse({
      code: "onnx-data-missing",
      at: { file },
      message: "this file is missing, though the model has its weights there",
      help: "download this file too, into the folder of the model",
    });
  }
  // onnxruntime refuses links that leave a folder, as those of a download cache do.
  return realpathSync(file);
}

function checkRanges(model: string, weights: WeightMap): void {
  const ends = new Map<string, number>();
  for (const { file, offset, length } of weights.values()) {
    ends.set(file, Math.max(ends.get(file) ?? 0, offset + length));
  }
  for (const [file, end] of ends) checkRange(model, file, end);
}

function checkRange(model: string, file: string, end: number): void {
  const status = statSync(file);
  if (status.isFile() && status.size >= end) return;
  refuse({
    code: "onnx-data-short",
    at: { file },
    message: status.isFile()
      ? `the file has ${counted(status.size, "byte")}, but the model needs ${end}`
      : "this is not a file",
    notes: [{ at: { file: model }, message: "has its weights there" }],
    help: "download this file again: it must be of the same model",
  });
}
