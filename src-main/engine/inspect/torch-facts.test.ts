import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { floatTensor, type Shape } from "../../common/tensor.ts";
import { writeEmbeddingAs } from "../../embeddings/embedding-output.ts";
import { sampleConditioning, sampleMetadata } from "../../embeddings/testing/sample-embedding.ts";
import { writeNpy } from "../../weights/npy.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { inspected } from "../testing/inspected.ts";

const root = mkdtempSync(join(tmpdir(), "inspect-torch-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Written by PyTorch. */
const fixture = (name: string): string => join(import.meta.dirname, "..", "..", "weights", "torch", "testing", name);

function zeros(name: string, shapes: Readonly<Record<string, Shape>>): string {
  const path = join(root, name);
  const tensors = Object.entries(shapes).map(([key, shape]) => {
    return [key, floatTensor(shape, new Float32Array(shape.reduce((product, size) => product * size, 1)))] as const;
  });
  writeSafetensors(path, Object.fromEntries(tensors));
  return path;
}

test("a PyTorch file tells where its weights are and what stands beside them", () => {
  const { kind, title, facts } = inspected(fixture("checkpoint-2.ckpt"));
  expect({ kind, title }).toEqual({ kind: "weights", title: "PyTorch file" });
  expect(facts).toMatchObject({ "weights under": "state_dict", global_step: "470000", name: "größe" });
});

test.each([
  ["script.pt", "torch-script"],
  ["module.pt", "pickle-name"],
  ["compressed.bin", "zip-compressed"],
])("%s is a PyTorch file with the problem %s", (name, code) => {
  expect(inspected(fixture(name))).toMatchObject({ title: "PyTorch file", problems: [`error ${code}`] });
});

test("a file from before version 1.6 is described like a newer one, and an embedding in it is one", () => {
  const { title, facts } = inspected(fixture("checkpoint-legacy.ckpt"));
  expect(title).toBe("PyTorch file");
  expect(facts).toMatchObject({ "weights under": "state_dict", global_step: "470000" });
  expect(inspected(fixture("legacy.pt"))).toMatchObject({ kind: "embedding", facts: { size: "3 tokens of width 4" } });
});

test("a download that was cut off is said to be incomplete", () => {
  const path = join(root, "cut.ckpt");
  writeFileSync(path, readFileSync(fixture("checkpoint-2.ckpt")).subarray(0, 3000));
  expect(inspected(path)).toMatchObject({ title: "PyTorch file", problems: ["error zip-damaged"] });
});

test("an archive of something else is no PyTorch file", () => {
  expect(inspected(fixture("arrays.npz"))).toMatchObject({ kind: "unknown", problems: ["error torch-not-torch"] });
});

test.each(["published.bin", "published.pt", "published.npy"])("%s is an embedding, declared by its shape", (name) => {
  const path = join(root, name);
  const conditioning = sampleConditioning({ id: "", tokens: 77, width: 1024 });
  writeEmbeddingAs(path, { conditioning, metadata: null });
  expect(inspected(path)).toMatchObject({
    kind: "embedding",
    space: "openclip-h14/penultimate+ln",
    facts: { "made for": "OpenCLIP ViT-H/14 (77×1024), declared by shape" },
    problems: [],
  });
});

test("word vectors are embeddings too, under the name of their word", () => {
  expect(inspected(fixture("inversion.pt"))).toMatchObject({
    kind: "embedding",
    title: "textual inversion",
    facts: { word: "bad", size: "2 word vectors of width 4" },
    problems: [],
  });
  expect(inspected(zeros("emb.safetensors", { emb_params: [2, 768] }))).toMatchObject({
    title: "textual inversion",
    facts: { fits: "Stable Diffusion 1.x and its fine-tunes" },
  });
  expect(inspected(zeros("cat.safetensors", { "<cat-toy>": [1, 768] })).facts["size"]).toBe(
    "1 word vector of width 768",
  );
});

test("word vectors for two text encoders are described, and said to be of no use here", () => {
  const xl = zeros("xl.safetensors", { clip_l: [2, 768], clip_g: [2, 1280] });
  expect(inspected(xl)).toMatchObject({
    kind: "embedding",
    title: "textual inversion for two text encoders",
    facts: {
      size: "2 word vectors of width 768 and of width 1280",
      fits: "Stable Diffusion XL and its fine-tunes, which are not drawn here",
    },
    problems: [],
  });
  const uneven = zeros("uneven.safetensors", { clip_l: [2, 768], clip_g: [3, 1280] });
  expect(inspected(uneven).problems).toEqual(["error embedding-encoders"]);
});

test("what could be an embedding of either kind is a problem", () => {
  expect(inspected(zeros("either.safetensors", { bad: [77, 768] })).problems).toEqual(["error embedding-ambiguous"]);
});

test("an array that is no embedding is only an array", () => {
  const path = join(root, "picture.npy");
  writeNpy(path, floatTensor([4, 4, 3], new Float32Array(48)));
  expect(inspected(path)).toMatchObject({
    kind: "array",
    facts: { type: "float32[4, 4, 3]" },
    problems: ["error wrong-kind"],
  });
});

test("an embedding that was combined tells of what", () => {
  const path = join(root, "combined.safetensors");
  const space = { id: "clip-text-8x2/0123456789ab", tokens: 9, width: 8 };
  const parts = [
    { file: "a.safetensors", weight: 3 },
    { text: "bad art", weight: 1 },
  ];
  const metadata = { ...sampleMetadata(space), operations: [{ kind: "combined" as const, parts, strength: 0.5 }] };
  writeEmbeddingAs(path, { conditioning: sampleConditioning(space), metadata });
  expect(inspected(path).facts["then combined"]).toBe('3 × a.safetensors + 1 × "bad art", at strength 0.5');
});
