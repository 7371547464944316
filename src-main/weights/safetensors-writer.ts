// Writes a safetensors file of tensors that come one after the other, so that a file larger than memory can be written.

import { BYTES_PER_ELEMENT, byteCount, type TensorType } from "../common/tensor.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import { LENGTH_BYTES, NAME_OF_DATA_TYPE } from "./safetensors-header.ts";

export interface WrittenTensor extends TensorType {
  readonly name: string;
  /** As many as its shape holds, in parts. Asked for when it is its turn. */
  readonly bytes: () => Iterable<Uint8Array>;
}

/** Write a new file atomically. Tensors lie as the reference implementation lays them: widest elements first, then by name. */
export function writeTensors(
  file: string,
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
): void {
  const sorted = tensors.toSorted(
    (a, b) => BYTES_PER_ELEMENT[b.dtype] - BYTES_PER_ELEMENT[a.dtype] || (a.name < b.name ? -1 : 1),
  );
  let begin = 0;
  const entries = sorted.map(({ name, dtype, shape }): [string, unknown] => {
    if (name === "__metadata__") throw new Error("a tensor cannot be called __metadata__");
    const end = begin + byteCount({ dtype, shape });
    const entry = { dtype: NAME_OF_DATA_TYPE[dtype], shape, data_offsets: [begin, end] };
    begin = end;
    return [name, entry];
  });
  const described = Object.keys(metadata).length > 0 ? [["__metadata__", metadata], ...entries] : entries;
  writeFileAtomically(file, chunksOf(encodeHeader(JSON.stringify(Object.fromEntries(described))), sorted));
}

function* chunksOf(header: Uint8Array, tensors: readonly WrittenTensor[]): Generator<Uint8Array> {
  yield header;
  for (const { name, dtype, shape, bytes } of tensors) {
    let length = 0;
    for (const chunk of bytes()) {
      length += chunk.length;
      yield chunk;
    }
    if (length !== byteCount({ dtype, shape }))
      throw new Error(`${name} has ${length} bytes, which are not those of its shape`);
  }
}

/** Spaces after the JSON let the data section begin at a multiple of 8 bytes. */
function encodeHeader(json: string): Uint8Array {
  const text = Buffer.from(json, "utf8");
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  const header = Buffer.alloc(LENGTH_BYTES + length, " ");
  header.writeBigUInt64LE(BigInt(length));
  text.copy(header, LENGTH_BYTES);
  return header;
}
