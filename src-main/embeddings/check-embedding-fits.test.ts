import { expect, test } from "vitest";
import { type EmbeddingSpace, KNOWN_SPACES } from "../common/embedding-space.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import { checkEmbeddingFits } from "./check-embedding-fits.ts";
import type { LearnedEmbedding } from "./embedding-file.ts";
import { sampleConditioning, sampleMetadata } from "./testing/sample-embedding.ts";

const { clipL, openclipH } = KNOWN_SPACES;
const own = { id: "clip-text-64x4/0123456789ab", tokens: 77, width: 64 };

function learned(space: EmbeddingSpace): LearnedEmbedding {
  const metadata = sampleMetadata(space);
  return { file: "n.safetensors", conditioning: sampleConditioning(space), metadata, kind: "declared", space };
}

/** A pipeline whose answer to the empty text differs by `noise` from that of the embeddings here. */
function pipeline(name: string, space: EmbeddingSpace, noise = 0) {
  return { name, space, nullText: fingerprintNullText(sampleConditioning(space, noise)) };
}

test("an embedding fits the encoder that it was learned with", () => {
  expect(checkEmbeddingFits(learned(own), pipeline("emoji", own))).toEqual([]);
});

test("another width is refused with both encoders and what would fit", () => {
  expect(() => checkEmbeddingFits(learned(clipL), pipeline("zeroscope", openclipH)))
    .toThrowErrorMatchingInlineSnapshot(`
      [Refusal: error: this negative embedding was learned for CLIP ViT-L/14 (77×768), but zeroscope uses OpenCLIP ViT-H/14 (77×1024)
        at n.safetensors
        help: this one fits Stable Diffusion 1.x, its fine-tunes and ControlNets, and AnimateDiff; use or learn one with Stable Diffusion 2.x, its ControlNets, ModelScope, ZeroScope and VideoCrafter; AnimateDiff brings this one to video: --to MOTION_MODULE --base STABLE_DIFFUSION_1.5]
    `);
});

test("another number of tokens is refused", () => {
  const longer = { ...own, tokens: 154 };
  expect(() => checkEmbeddingFits(learned(longer), pipeline("emoji", own))).toThrow(
    /\(154×64\), but emoji uses .*\(77×64\)/,
  );
});

test("an encoder of the same shape that answers differently is refused", () => {
  expect(() => checkEmbeddingFits(learned(own), pipeline("other", own, 0.5))).toThrowErrorMatchingInlineSnapshot(`
    [Refusal: error: the text encoder of other is not the one of some-model: their answers to the empty text have cosine 0.879, and 0.98 is needed
      at n.safetensors
      help: use it with some-model, or learn one with other]
  `);
});

test("a fine-tuned encoder gives a warning", () => {
  // Cosine 1/√(1 + 0.1²) = 0.995
  const warnings = checkEmbeddingFits(learned(own), pipeline("anime", own, 0.1));
  expect(warnings.map(({ severity, code }) => [severity, code])).toEqual([["warning", "embedding-fine-tuned"]]);
});

test("the answer to the empty text counts more than the name of the space", () => {
  const renamed = { ...own, id: "clip-text-64x4/ba9876543210" };
  expect(checkEmbeddingFits(learned(own), pipeline("copy", renamed))).toEqual([]);
  expect(() => checkEmbeddingFits(learned(own), pipeline("other", renamed, 0.5))).toThrow(
    /but other uses clip-text-64x4\/ba/,
  );
});

test("without an answer to the empty text the names of the spaces decide", () => {
  const renamed = { ...own, id: "clip-text-64x4/ba9876543210" };
  expect(checkEmbeddingFits(learned(own), { name: "same", space: own })).toEqual([]);
  expect(() => checkEmbeddingFits(learned(own), { name: "other", space: renamed })).toThrow(/but other uses/);
});

test("a file that does not say what it was made for is taken by its shape, with a warning", () => {
  const undeclared: LearnedEmbedding = { ...learned(clipL), metadata: null, kind: "declared by shape", space: clipL };
  const warnings = checkEmbeddingFits(undeclared, pipeline("sd", clipL));
  expect(warnings.map(({ code }) => code)).toEqual(["embedding-undeclared"]);
  expect(() => checkEmbeddingFits(undeclared, pipeline("emoji", own))).toThrow(
    /has the shape of those for CLIP ViT-L\/14/,
  );
});
