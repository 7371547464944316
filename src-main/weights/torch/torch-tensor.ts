// One tensor of a PyTorch file: from the record of its rebuilding to a byte range in the archive.

import { type Place, refuse } from "../../common/diagnostic.ts";
import { BYTES_PER_ELEMENT, byteCount, type DataType, elementCount, type Shape } from "../../common/tensor.ts";
import type { OpenFile } from "../byte-range.ts";
import type { WeightLocation } from "../weight-map.ts";
import { isNode, type PickleObject, type PickleValue } from "./pickle-value.ts";
import { REBUILD_PARAMETER, REBUILD_TENSOR, STORAGE_TYPES } from "./torch-globals.ts";

/** Bytes of the file. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** Where the data of the tensors are to be found. */
export interface Storages {
  readonly opened: OpenFile;
  /** By the key of a storage; `undefined` if the file does not hold it. */
  readonly find: (key: string) => Region | undefined;
  /** Absolute path of the file behind links. */
  readonly target: string;
}

export function isTensor(value: PickleValue | undefined): value is PickleObject {
  if (!isNode(value) || value.kind !== "object") return false;
  return value.callee === REBUILD_TENSOR || (REBUILD_PARAMETER.has(value.callee) && isTensor(value.args[0]));
}

/** @throws Refusal if it is malformed, lies outside its storage, or is not contiguous in memory order */
export function locateTensor(storages: Storages, tensor: PickleObject, name: string): WeightLocation {
  const [inner] = tensor.args;
  if (tensor.callee !== REBUILD_TENSOR && isTensor(inner)) return locateTensor(storages, inner, name);
  const at = { file: storages.opened.file, part: name };
  // _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata)
  const [, start, size, stride] = tensor.args;
  const shape = sizesOf(size);
  const strides = sizesOf(stride);
  if (!isSize(start) || shape === undefined || strides?.length !== shape.length) {
    return refuseMalformed(at, "its place, shape or strides are not whole numbers from 0 on");
  }
  const { dtype, key } = storageOf(tensor, at);
  const length = byteCount({ dtype, shape });
  if (!isContiguous(shape, strides)) refuseStrided(at, shape, strides);
  const region = storages.find(key);
  if (region === undefined) return refuseMalformed(at, `the file does not hold its data, data/${key}`);
  const first = start * BYTES_PER_ELEMENT[dtype];
  if (first + length > region.length) {
    refuseMalformed(at, `it needs bytes ${first}..${first + length} of data/${key}, which has ${region.length}`);
  }
  return { dtype, shape, file: storages.target, offset: region.offset + first, length };
}

/** A persistent id is ("storage", type, key, device, number of elements), and before version 1.6 also what part of it is seen. */
export function storageOf(tensor: PickleObject, at: Place): { readonly dtype: DataType; readonly key: string } {
  const [storage] = tensor.args;
  if (tensor.callee !== REBUILD_TENSOR && isTensor(storage)) return storageOf(storage, at);
  const id = isNode(storage) && storage.kind === "persistent" ? storage.id : null;
  const [tag, type, key] = isNode(id) && id.kind === "tuple" ? id.items : [];
  const typeName = isNode(type) && type.kind === "global" ? type.name : "";
  const dtype = STORAGE_TYPES[typeName];
  if (tag !== "storage" || typeof key !== "string" || dtype === undefined) {
    return refuseMalformed(at, "its data are described in an unknown way");
  }
  return { dtype, key };
}

/** More than 32 axes is an attack, not a tensor. */
function sizesOf(value: PickleValue | undefined): Shape | undefined {
  if (!isNode(value) || value.kind !== "tuple" || value.items.length > 32) return undefined;
  return value.items.every(isSize) ? value.items : undefined;
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Axes of size 1 may have any stride; a tensor without elements, all of them. */
function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  if (elementCount(shape) === 0) return true;
  let expected = 1;
  for (const [axis, size] of [...shape.entries()].toReversed()) {
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function refuseStrided(at: Place, shape: Shape, strides: readonly number[]): never {
  refuse({
    code: "torch-strides",
    at,
    message: `the tensor [${shape.join(", ")}] is stored transposed or in part, with strides [${strides.join(", ")}]`,
    help: "load it with PyTorch and save it again with .contiguous(), or as safetensors",
  });
}

function refuseMalformed(at: Place, message: string): never {
  refuse({ code: "torch-tensor", at, message, help: "the file is damaged: download or write it again" });
}
