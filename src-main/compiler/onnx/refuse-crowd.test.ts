import { create, toBinary } from "@bufbuild/protobuf";
import { AttributeProtoSchema, ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { expectWithin } from "../../weights/testing/budget.ts";
import { parseModel } from "./parse-model.ts";

/** A field with this content: its tag, its length as a number of any size, its bytes. */
function field(number: number, content: Uint8Array): Buffer {
  const length = [];
  for (let rest = content.length; ; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), content]);
}

const GRAPH = 7;
const [NODE, INITIALIZER] = [1, 5];
const empty = (number: number, bytes: number): Buffer => Buffer.alloc(bytes, Buffer.from([(number << 3) | 2, 0]));
const [ATTRIBUTE, INTS] = [5, 8];

test.each<[string, () => Buffer]>([
  ["empty nodes", () => field(GRAPH, empty(NODE, 20_000_000))],
  ["empty tensors", () => field(GRAPH, empty(INITIALIZER, 20_000_000))],
  ["empty attributes", () => field(GRAPH, field(NODE, empty(ATTRIBUTE, 20_000_000)))],
  ["empty imports", () => empty(8, 20_000_000)],
  ["numbers of 64 bits", () => field(GRAPH, field(NODE, field(ATTRIBUTE, field(INTS, Buffer.alloc(20_000_000)))))],
])("20 MB of %s are refused before any of them is made", (_, make) => {
  const bytes = make();
  expectWithin({ seconds: 10, megabytes: 100 }, () =>
    expect(() => parseModel(bytes, "crowd.onnx")).toThrow(/more than 1000000 nodes, attributes and tensors/),
  );
});

test("graphs within graphs without end are refused", () => {
  let bytes: Buffer = Buffer.from(toBinary(AttributeProtoSchema, create(AttributeProtoSchema, { name: "deepest" })));
  for (let depth = 0; depth < 3000; depth += 1) bytes = field(6, field(NODE, field(ATTRIBUTE, bytes)));
  expectWithin({ seconds: 5, megabytes: 100 }, () =>
    expect(() => parseModel(field(GRAPH, field(NODE, field(ATTRIBUTE, bytes))), "deep.onnx")).toThrow(
      /not an ONNX model/,
    ),
  );
});

test("a model that is cut off is left to the reader, which says so", () => {
  const whole = Buffer.from(toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph: { name: "a long name" } })));
  expect(() => parseModel(whole.subarray(0, whole.length - 3), "cut.onnx")).toThrow(/not an ONNX model/);
});
