// What a protobuf message would become in memory, counted on its bytes before anything is made: an empty node has two bytes in the
// file and some three hundred as an object, so that a small file could fill the memory.

import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { Refusal, refuse } from "../../common/diagnostic.ts";

/** The exports of Stable Diffusion XL have some fifty thousand messages: nodes, attributes, tensors. */
const MOST_MESSAGES = 1_000_000;
/** A text or a 64-bit number takes about an eighth of the room of a message. */
const PER_MESSAGE = 8;
/** As deep as the protobuf reader goes, which refuses what is deeper. */
const DEEPEST = 100;

/** @throws Refusal if the message holds more parts than any model; malformed bytes are left to the reader */
export function refuseCrowd(bytes: Uint8Array, schema: DescMessage, file: string): void {
  let left = MOST_MESSAGES * PER_MESSAGE;
  const spend = (units: number): void => {
    left -= units;
    if (left >= 0) return;
    refuse({
      code: "onnx-crowded",
      at: { file },
      message: `the model holds more than ${MOST_MESSAGES} nodes, attributes and tensors`,
      help: "no network has as many: download the file again",
    });
  };
  const walk = (part: Uint8Array, message: DescMessage, depth: number): void => {
    const fields = fieldsOf(message);
    const reader = new BinaryReader(part);
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const field = fields.get(number);
      if (wire !== WireType.LengthDelimited || field === undefined) {
        reader.skip(wire, number);
        if (field !== undefined) spend(1);
        continue;
      }
      const inside = partAt(reader, part);
      if (field.message === undefined) spend(field.fieldKind === "list" ? unitsOf(field, inside) : 1);
      else {
        spend(PER_MESSAGE);
        if (depth < DEEPEST) walk(inside, field.message, depth + 1);
      }
    }
  };
  try {
    walk(bytes, schema, 0);
  } catch (error) {
    // What else is wrong with the bytes the reader says better.
    if (error instanceof Refusal) throw error;
  }
}

/** The bytes of a field, without a copy. */
function partAt(reader: BinaryReader, part: Uint8Array): Uint8Array {
  const length = reader.uint32();
  const begin = reader.pos;
  if (length > reader.len - begin) throw new RangeError("a field ends after its message");
  reader.pos += length;
  return part.subarray(begin, begin + length);
}

/** Packed numbers of 64 bits become an object each: as many as bytes that end one. */
function unitsOf(field: DescField, packed: Uint8Array): number {
  const isLong = field.scalar === ScalarType.INT64 || field.scalar === ScalarType.UINT64;
  return isLong ? packed.reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0) : 1;
}

const known = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(message: DescMessage): ReadonlyMap<number, DescField> {
  const found = known.get(message) ?? new Map(message.fields.map((field) => [field.number, field]));
  known.set(message, found);
  return found;
}
