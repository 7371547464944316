// NumPy arrays that are no embeddings.

import { printType } from "../../common/tensor.ts";
import { readNpyHeader } from "../../weights/npy.ts";
import { type Description, fact, type File, wrongThing } from "./kind.ts";

export function isArray({ head }: File): boolean {
  return Buffer.from(head).toString("latin1").startsWith("\x93NUMPY");
}

export function describeArray({ path }: File): Description {
  const type = readNpyHeader(path);
  return {
    facts: [fact("type", printType(type))],
    problems: [wrongThing(path, "this array is no embedding", "an embedding has the axes [1, tokens, width]")],
  };
}
