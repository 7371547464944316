import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { float32ToBfloat16, float32ToFloat16 } from "../weights/half-float.ts";
import { writeNpy } from "../weights/npy.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { readEmbedding, readEmbeddingFile, writeEmbedding } from "./embedding-file.ts";
import { writeEmbeddingAs } from "./embedding-output.ts";
import { sampleConditioning, sampleMetadata } from "./testing/sample-embedding.ts";

const folder = mkdtempSync(join(tmpdir(), "embedding-"));
afterAll(() => rmSync(folder, { recursive: true }));

const space = { id: "clip-text-8x2/0123456789ab", tokens: 9, width: 8 };
const conditioning = sampleConditioning(space);
const metadata = sampleMetadata(space);
const file = join(folder, "negative.safetensors");

/** The code with which a file of these tensors is refused. */
function refusal(tensors: Readonly<Record<string, Tensor>>, header: Readonly<Record<string, string>> = {}) {
  const other = join(folder, "other.safetensors");
  writeSafetensors(other, tensors, header);
  return codeOf(() => readEmbedding(other));
}

test("what was written is read back", () => {
  writeEmbedding(file, { conditioning, metadata });
  expect(readEmbedding(file)).toEqual({ file, conditioning, metadata, kind: "declared", space });
});

test("the same content gives the same bytes, whatever the order of its keys", () => {
  writeEmbedding(file, { conditioning, metadata });
  const first = readFileSync(file);
  const reversed = Object.fromEntries(Object.entries(metadata).toReversed());
  writeEmbedding(file, { conditioning, metadata: Object.assign(reversed, metadata) });
  expect(readFileSync(file).equals(first)).toBe(true);
});

test("the header is what ComfyUI's Load Conditioning reads", () => {
  writeEmbedding(file, { conditioning, metadata });
  const bytes = readFileSync(file);
  const header: unknown = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString("utf8"));
  expect(header).toMatchObject({
    __metadata__: { conditioning_options: "{}" },
    conditioning: { dtype: "F32", shape: [1, 9, 8], data_offsets: [0, 288] },
  });
});

test("an embedding with NaN is not written", () => {
  const broken = floatTensor([1, 9, 8], conditioning.data.with(3, Number.NaN));
  expect(() => writeEmbedding(join(folder, "nan.safetensors"), { conditioning: broken, metadata })).toThrow(/NaN/);
});

test("a file of another program is declared by its shape", () => {
  writeSafetensors(file, { conditioning: floatTensor([1, 77, 768], new Float32Array(77 * 768)) });
  const { kind, metadata: none, space: usual } = readEmbedding(file);
  expect({ kind, none, usual }).toEqual({
    kind: "declared by shape",
    none: null,
    usual: { id: "clip-l14/last+ln", tokens: 77, width: 768 },
  });
  writeSafetensors(file, { conditioning });
  expect(readEmbedding(file).space).toBeNull();
});

test("the pooled output that ComfyUI saves beside a conditioning is left out", () => {
  expect(refusal({ conditioning, pooled_output: floatTensor([1, 8], new Float32Array(8)) })).toBeUndefined();
  expect(refusal({ conditioning, mask: floatTensor([1, 8, 8], new Float32Array(64)) })).toBe("embedding-options");
});

test("half precision is widened to the nearest values", () => {
  const shape = [1, 9, 8];
  const asFloat16 = [...new Float16Array(conditioning.data)];
  writeHalf("F16", float32ToFloat16(conditioning.data));
  expect([...readEmbedding(file).conditioning.data]).toEqual(asFloat16);
  writeHalf("BF16", float32ToBfloat16(conditioning.data));
  const { dtype, data } = readEmbedding(file).conditioning;
  expect(dtype).toBe("float32");
  expect(Math.max(...data.map((value, i) => Math.abs(value - (conditioning.data[i] ?? 0))))).toBeLessThan(2 ** -8);

  function writeHalf(type: string, bits: Uint16Array<ArrayBuffer>): void {
    const json = JSON.stringify({ conditioning: { dtype: type, shape, data_offsets: [0, 144] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(file, Buffer.concat([length, Buffer.from(json), Buffer.from(bits.buffer)]));
  }
});

test("wrong ranks, batches, types and values are refused", () => {
  const numbers = conditioning.data;
  expect(refusal({ conditioning: floatTensor([9, 8], numbers) })).toBe("embedding-shape");
  expect(refusal({ conditioning: floatTensor([3, 3, 8], numbers) })).toBe("embedding-shape");
  expect(refusal({ conditioning: { dtype: "int32", shape: [1, 1, 2], data: new Int32Array(2) } })).toBe(
    "embedding-type",
  );
  expect(refusal({ conditioning: floatTensor([1, 9, 8], numbers.with(17, -Infinity)) })).toBe("embedding-not-finite");
  expect(refusal({ negative: conditioning })).toBe("embedding-missing");
});

test("metadata that was changed by hand or comes from a later version is refused", () => {
  expect(refusal({ conditioning }, { reneg: "{" })).toBe("embedding-metadata");
  expect(refusal({ conditioning }, { reneg: JSON.stringify({ ...metadata, seed: -1 }) })).toBe("embedding-metadata");
  expect(refusal({ conditioning }, { reneg: JSON.stringify({ ...metadata, formatVersion: 2 }) })).toBe(
    "embedding-version",
  );
  const wider = { ...metadata, space: { ...space, width: 16 } };
  expect(refusal({ conditioning }, { reneg: JSON.stringify(wider) })).toBe("embedding-shape");
});

test("the same conditioning is read from PyTorch's and NumPy's files, without metadata", () => {
  const full = sampleConditioning({ id: "", tokens: 77, width: 768 });
  for (const name of ["negative.bin", "negative.pt", "negative.npy"]) {
    const path = join(folder, name);
    expect(writeEmbeddingAs(path, { conditioning: full, metadata: null })).toEqual([]);
    expect(readEmbedding(path)).toEqual({
      file: path,
      conditioning: full,
      metadata: null,
      kind: "declared by shape",
      space: { id: "clip-l14/last+ln", tokens: 77, width: 768 },
    });
  }
});

test("a format without room for the recipe is written with a warning", () => {
  const path = join(folder, "negative.bin");
  const [warning] = writeEmbeddingAs(path, { conditioning, metadata });
  expect(warning).toMatchObject({ severity: "warning", code: "embedding-without-recipe" });
  expect(readEmbedding(path).metadata).toBeNull();
  expect(codeOf(() => writeEmbeddingAs(join(folder, "negative.ckpt"), { conditioning, metadata }))).toBe(
    "output-format",
  );
});

test("word vectors are a kind of their own, whoever wrote them", () => {
  const vectors = floatTensor([2, 8], conditioning.data.subarray(0, 16));
  writeSafetensors(file, { emb_params: vectors });
  expect(readEmbeddingFile(file)).toEqual({ file, kind: "tokens", name: "negative", start: null, vectors });
  writeSafetensors(file, { "<bad>": floatTensor([8], conditioning.data.subarray(0, 8)) });
  expect(readEmbeddingFile(file)).toMatchObject({ kind: "tokens", name: "<bad>", vectors: { shape: [1, 8] } });
  // As the stable-diffusion-webui saves them; PyTorch wrote this file.
  const webui = join(import.meta.dirname, "..", "weights", "torch", "testing", "inversion.pt");
  const numbers = Float32Array.from({ length: 8 }, (_, i) => i);
  expect(readEmbeddingFile(webui)).toEqual({
    file: webui,
    kind: "tokens",
    name: "bad",
    start: null,
    vectors: floatTensor([2, 4], numbers),
  });
  expect(codeOf(() => readEmbedding(webui))).toBe("embedding-tokens-only");
});

test("neither a dot in a word, nor an axis too many, nor a name of its own hides an embedding", () => {
  const numbers = (...shape: number[]) => floatTensor(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  const read = (tensors: Readonly<Record<string, Tensor>>) => {
    writeSafetensors(file, tensors);
    const found = readEmbeddingFile(file);
    return found.kind === "tokens" ? [found.name, found.vectors.shape] : [found.space?.id, found.conditioning.shape];
  };
  expect(read({ "<neg-v1.1>": numbers(4, 768) })).toEqual(["<neg-v1.1>", [4, 768]]);
  expect(read({ "<bad.hands>": numbers(768) })).toEqual(["<bad.hands>", [1, 768]]);
  expect(read({ emb_params: numbers(1, 4, 1024) })).toEqual(["negative", [4, 1024]]);
  expect(read({ negative_prompt_embeds: numbers(1, 77, 768) })).toEqual(["clip-l14/last+ln", [1, 77, 768]]);
  expect(refusal({ "layers.0.weight": numbers(4, 768) })).toBe("embedding-missing");
  expect(refusal({ "head.weight": numbers(4, 768) })).toBe("embedding-missing");
  expect(refusal({ negative: numbers(1, 76, 768) })).toBe("embedding-missing");
  expect(refusal({ "<a>": numbers(768), "<b>": numbers(2, 768) })).toBe("embedding-several");
});

test("what could be word vectors or a conditioning is refused, and so are those of other models", () => {
  const rows = (count: number, width: number) => floatTensor([count, width], new Float32Array(count * width));
  expect(refusal({ "<bad>": rows(77, 768) })).toBe("embedding-ambiguous");
  expect(refusal({ clip_l: rows(2, 768), clip_g: rows(2, 1280) })).toBe("embedding-sdxl");
  expect(refusal({ emb_params: rows(0, 768) })).toBe("embedding-shape");
  const path = join(folder, "bare.npy");
  writeNpy(path, rows(5, 768));
  expect(codeOf(() => readEmbeddingFile(path))).toBe("embedding-ambiguous");
  // No text has 77 words: this can only be a conditioning.
  writeNpy(path, rows(77, 768));
  expect(readEmbedding(path).conditioning.shape).toEqual([1, 77, 768]);
});

test.each([
  ["another Python pickle", "\x80\x02}q", "a Python pickle"],
  ["an image", "\x89PNG\r\n", "an image"],
  ["a web page", "<html>", "a web page"],
])("%s is refused by name", (_, signature, name) => {
  writeFileSync(file, Buffer.from(signature.padEnd(64, " "), "latin1"));
  expect(() => readEmbedding(file)).toThrow(name);
});

test("a missing file is refused", () => {
  expect(codeOf(() => readEmbedding(join(folder, "nowhere.safetensors")))).toBe("file-not-found");
});
