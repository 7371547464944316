import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { refusalOf } from "../../common/testing/refusal-of.ts";
import { readTorchWeights } from "./torch-weights.ts";
import { zipStored } from "./zip-stored.ts";

const folder = mkdtempSync(join(tmpdir(), "torch-weights-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Written by PyTorch itself, as testing/make_fixtures.py says. */
const fixture = (name: string): string => join(import.meta.dirname, "testing", name);

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}
// make_fixtures.py wrote it.
const expected = JSON.parse(readFileSync(fixture("expected.json"), "utf8")) as Readonly<Record<string, Expected>>;

/** The tensors as they would be read, by name. */
function contents(file: string): Record<string, Expected> {
  const bytes = readFileSync(file);
  const { tensors } = readTorchWeights(file);
  return Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, offset, length }]) => {
      return [name, { dtype, shape, hex: bytes.subarray(offset, offset + length).toString("hex") }];
    }),
  );
}

/** The first line of the refusal, and its place inside the file. */
function faultOf(file: string): { readonly code: string | undefined; readonly message: string | undefined } {
  const [first] = refusalOf(() => readTorchWeights(file)).diagnostics;
  return { code: first?.code, message: first?.message };
}

test.each([2, 3, 4, 5])("every type, shape and number is where PyTorch put it with protocol %i", (protocol) => {
  expect(contents(fixture(`checkpoint-${protocol}.ckpt`))).toEqual(expected);
});

test("a file from before version 1.6 is read like a newer one", () => {
  expect(contents(fixture("checkpoint-legacy.ckpt"))).toEqual(expected);
  expect(readTorchWeights(fixture("checkpoint-legacy.ckpt")).scalars).toEqual(
    readTorchWeights(fixture("checkpoint-2.ckpt")).scalars,
  );
  expect(contents(fixture("legacy.pt"))).toEqual(contents(fixture("bare.bin")));
});

test("a file from before version 1.6 that ends too early, or tells nothing of its byte order, is refused", () => {
  const whole = readFileSync(fixture("checkpoint-legacy.ckpt"));
  const file = join(folder, "legacy.ckpt");
  const codeOf = (bytes: Uint8Array): string | undefined => {
    writeFileSync(file, bytes);
    return faultOf(file).code;
  };
  expect(codeOf(whole.subarray(0, whole.length - 1))).toBe("torch-damaged");
  expect(codeOf(whole.subarray(0, 700))).toBe("pickle-damaged");
  const text = whole.toString("latin1");
  expect(text).toContain("little_endian");
  expect(codeOf(Buffer.from(text.replace("little_endian", "middle_endian"), "latin1"))).toBe("torch-byte-order");
});

test("the state dict is found, and the plain values beside it are told", () => {
  const { prefix, scalars } = readTorchWeights(fixture("checkpoint-2.ckpt"));
  expect(prefix).toBe("state_dict");
  expect(scalars).toEqual({
    global_step: 470000,
    epoch: -3,
    learning_rate: 1e-4,
    name: "größe",
    finished: true,
    "nested.beta.0": 0.9,
    "nested.beta.1": 0.999,
  });
});

test("a file that is one tensor has it under no name", () => {
  const { prefix, tensors } = readTorchWeights(fixture("bare.bin"));
  expect([prefix, ...tensors.keys()]).toEqual(["", ""]);
  const hex = Buffer.from(Float32Array.from({ length: 12 }, (_, i) => i / 8).buffer).toString("hex");
  expect(contents(fixture("bare.bin"))[""]).toEqual({ dtype: "float32", shape: [1, 3, 4], hex });
});

test("nested dicts and parameter lists are joined by dots", () => {
  const { tensors, scalars } = readTorchWeights(fixture("inversion.pt"));
  expect([...tensors.keys()]).toEqual(["string_to_param.*"]);
  expect(scalars).toEqual({ "string_to_token.*": 265, name: "bad", step: 10 });
});

test("an archive in the long form of zip is read like the short one", () => {
  expect(contents(fixture("zip64.bin"))).toEqual(contents(fixture("bare.bin")));
});

test.each([
  ["script.pt", "torch-script", "TorchScript"],
  ["arrays.npz", "torch-not-torch", ".npz"],
  ["big-endian.bin", "torch-byte-order", "big-endian"],
  ["compressed.bin", "zip-compressed", "compressed"],
  ["transposed.pt", "torch-strides", "[4, 3] is stored transposed or in part, with strides [1, 4]"],
  ["module.pt", "pickle-name", "torch.nn.modules.linear.Linear"],
])("%s is refused as %s", (name, code, words) => {
  expect(faultOf(fixture(name))).toEqual({ code, message: expect.stringContaining(words) });
});

test("other files are refused by what they are", () => {
  const file = join(folder, "other.ckpt");
  writeFileSync(file, "<!doctype html><title>403</title>");
  expect(faultOf(file)).toEqual({ code: "torch-foreign", message: expect.stringContaining("a web page") });
  writeFileSync(file, Buffer.concat([Buffer.alloc(257), Buffer.from("ustar"), Buffer.alloc(250)]));
  expect(faultOf(file)).toEqual({ code: "torch-legacy", message: expect.stringContaining("tar archive") });
  writeFileSync(file, readFileSync(fixture("bare.bin")).subarray(0, 700));
  expect(faultOf(file)).toEqual({ code: "zip-damaged", message: expect.stringContaining("incomplete") });
  writeFileSync(file, Buffer.concat(zipStored([{ name: "notes.txt", content: Buffer.from("hello") }])));
  expect(faultOf(file)).toEqual({ code: "torch-not-torch", message: expect.stringContaining("no data.pkl") });
});

/** An archive with this pickle, one character a byte, and 48 bytes of data under the key 0. */
function torchFile(pickle: string): string {
  const file = join(folder, "made.pt");
  const parts = [
    { name: "made/data.pkl", content: Buffer.from(pickle, "latin1") },
    { name: "made/data/0", content: Buffer.alloc(48) },
  ];
  writeFileSync(file, Buffer.concat(zipStored(parts)));
  return file;
}

test.each([
  ["a system call", "cposix\nsystem\n(X\x04\0\0\0pwndtR.", "posix.system"],
  ["a system call, by stack", "\x8c\x05posix\x8c\x06system\x93)R.", "posix.system"],
  ["an evaluation", "c__builtin__\neval\n)R.", "builtins.eval"],
  ["an attribute of an allowed module", "ctorch._utils\n_rebuild_tensor_v2.__globals__\n.", "__globals__"],
  ["a pickle in a pickle", "ctorch.storage\n_load_from_bytes\n)R.", "torch.storage._load_from_bytes"],
])("%s is refused by name and never called", (_, pickle, name) => {
  expect(faultOf(torchFile(`\x80\x02${pickle}`))).toEqual({
    code: "pickle-name",
    message: expect.stringContaining(name),
  });
});

test.each([
  ["INST, which names and calls at once", "(iposix\nsystem\n.", '"i"'],
  ["a class by a registered number", "\x82\x01.", "0x82"],
  ["a text of the old protocol", "S'a'\n.", '"S"'],
  ["an integer of any length", "\x8b\x00\x00\x00\x00.", "0x8b"],
])("%s is refused as an instruction", (_, pickle, printed) => {
  expect(faultOf(torchFile(`\x80\x02${pickle}`))).toEqual({
    code: "pickle-opcode",
    message: expect.stringContaining(`the instruction ${printed} at byte`),
  });
});

test.each([
  ["a recall of what was never made", "h\x07."],
  ["a call of a plain value", "K\x01)R."],
  ["entries of a tuple", ")K\x01K\x02s."],
  ["an append to a dict", "}K\x01a."],
  ["a state for a list", "]}b."],
  ["an end without a value", "."],
  ["two values at the end", "K\x01K\x02."],
  ["a missing mark", "t."],
  ["no end", "K\x01"],
  ["a text longer than the file", "X\xff\xff\xff\x7fa."],
  ["a text that is not UTF-8", "X\x01\0\0\0\xff."],
  ["another protocol", "\x80\x01K\x01."],
])("a pickle with %s is refused as damaged", (_, pickle) => {
  expect(faultOf(torchFile(`\x80\x02${pickle}`)).code).toBe("pickle-damaged");
});

/** _rebuild_tensor_v2((storage, FloatStorage, key, cpu, 12), offset, size, stride, False, OrderedDict()), with numbers as given */
function tensor(offset: string, size: string, stride: string, key = "0"): string {
  const storage = `(X\x07\0\0\0storagectorch\nFloatStorage\nX${String.fromCodePoint(key.length)}\0\0\0${key}X\x03\0\0\0cpuK\x0ctQ`;
  return `\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}${size}${stride}\x89}tR.`;
}

test("a tensor that fits its data is found, one that does not is refused", () => {
  expect(readTorchWeights(torchFile(tensor("K\x00", "K\x0c\x85", "K\x01\x85"))).tensors.get("")?.shape).toEqual([12]);
  const cases = {
    "needs bytes 4..52": tensor("K\x01", "K\x0c\x85", "K\x01\x85"),
    "does not hold its data": tensor("K\x00", "K\x0c\x85", "K\x01\x85", "7"),
    "not whole numbers from 0 on": tensor("J\xff\xff\xff\xff", "K\x0c\x85", "K\x01\x85"),
    "whole numbers": tensor("K\x00", "K\x0c\x85", ")"),
  };
  for (const [words, pickle] of Object.entries(cases)) {
    expect(faultOf(torchFile(pickle))).toEqual({ code: "torch-tensor", message: expect.stringContaining(words) });
  }
  // 2³¹ − 1 squared overflows no count of bytes: it is larger than any file.
  const huge = tensor("K\x00", "J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86", "J\xff\xff\xff\x7fK\x01\x86");
  expect(faultOf(torchFile(huge)).code).toBe("torch-tensor");
});

test("tuples in tuples, each twice in the next, are walked once", () => {
  // Walked without memory, 60 levels would have 2⁶⁰ ends.
  const levels = Array.from({ length: 60 }, (_, i) => `h${String.fromCodePoint(i)}\x86q${String.fromCodePoint(i + 1)}`);
  expect(readTorchWeights(torchFile(`\x80\x02]q\0${levels.join("")}.`)).tensors.size).toBe(0);
});

test("a dict that holds itself is no trouble", () => {
  expect(readTorchWeights(torchFile("\x80\x02}q\0X\x01\0\0\0ah\0s.")).tensors.size).toBe(0);
});

test("millions of values and marks are refused before they fill the memory", () => {
  expect(faultOf(torchFile(`\x80\x02${"]".repeat(1_500_000)}`)).message).toContain("more than 1000000 values");
  expect(faultOf(torchFile(`\x80\x02${"(".repeat(1_500_000)}`)).message).toContain("more than 1000000 marks");
});
