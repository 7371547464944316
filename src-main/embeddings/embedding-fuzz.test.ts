import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { floatTensor } from "../common/tensor.ts";
import { writeNpy } from "../weights/npy.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { mutate, randomIntegers } from "../weights/testing/mutate.ts";
import { readEmbeddingFile, writeEmbedding } from "./embedding-file.ts";
import { writeEmbeddingAs } from "./embedding-output.ts";
import { sampleConditioning, sampleMetadata } from "./testing/sample-embedding.ts";

const MUTATIONS = 2000;
const folder = mkdtempSync(join(tmpdir(), "embedding-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const space = { id: "clip-text-8x2/0123456789ab", tokens: 9, width: 8 };
const conditioning = sampleConditioning(space);
const vectors = floatTensor([2, 768], new Float32Array(1536).fill(0.25));

/** Each writes a sound embedding. */
const KINDS: Readonly<Record<string, (file: string) => void>> = {
  "our own format": (file) => writeEmbedding(file, { conditioning, metadata: sampleMetadata(space) }),
  "a bare tensor of PyTorch": (file) => void writeEmbeddingAs(`${file}.bin`, { conditioning, metadata: null }),
  "an array of NumPy": (file) => writeNpy(file, conditioning),
  "a textual inversion, emb_params": (file) => writeSafetensors(file, { emb_params: vectors }),
  "a textual inversion of diffusers": (file) => writeSafetensors(file, { "<ugly>": vectors }),
  "a textual inversion of A1111": (file) =>
    writeFileSync(file, readFileSync(join(import.meta.dirname, "../weights/torch/testing/inversion.pt"))),
};

for (const [kind, write] of Object.entries(KINDS)) {
  test(`${MUTATIONS} mutations of ${kind} are read as finite numbers or refused`, { timeout: 60_000 }, () => {
    const [sound, file] = [join(folder, "sound"), join(folder, "mutated")];
    write(sound);
    const valid = readFileSync(kind.startsWith("a bare") ? `${sound}.bin` : sound);
    const random = randomIntegers(20_261_127);
    const outcomes = { read: 0, refused: 0 };
    for (let index = 0; index < MUTATIONS; index += 1) {
      const bytes = mutate(valid, random);
      writeFileSync(file, bytes);
      try {
        const embedding = readEmbeddingFile(file);
        const { data } = embedding.kind === "tokens" ? embedding.vectors : embedding.conditioning;
        // Half precision and bytes become float32: at most four times the file.
        expect(data.byteLength).toBeLessThanOrEqual(4 * bytes.length);
        expect(data.every(Number.isFinite)).toBe(true);
        outcomes.read += 1;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.diagnostics[0]?.help).toBeTruthy();
        outcomes.refused += 1;
      }
    }
    expect(outcomes.read).toBeGreaterThan(MUTATIONS / 50);
    expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 10);
  });
}
