// Prompts with weights, in chunks and with word vectors, through the text encoder of the embedded pipeline, against Compel and the
// stable-diffusion-webui's way (oracle/a1111_prompts.py).

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { floatTensor } from "../../src-main/common/tensor.ts";
import { promptWeights } from "../../src-main/common/text-reading.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import { openPipeline } from "../../src-main/models/pipeline.ts";
import { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { openTextEncoder } from "../../src-main/sampling/text-encoder.ts";
import { writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { type Figure, relativeError } from "./compare.ts";
import { fixtureFile } from "./manifest.ts";

const promptFixture = z.object({
  every: z.int(),
  pair: z.array(z.number()),
  cases: z.array(
    z.object({
      style: promptWeights,
      text: z.string(),
      chunks: z.int(),
      /** float32, base64: [chunks · 77, width / every] */
      rows: z.string(),
    }),
  ),
});

export async function checkPrompts(): Promise<readonly Figure[]> {
  const { every, pair, cases } = promptFixture.parse(JSON.parse(readFileSync(fixtureFile("prompts.json"), "utf8")));
  const folder = mkdtempSync(join(tmpdir(), "parity-prompts-"));
  const sessions = new StageSessions("cpu");
  try {
    writeSafetensors(join(folder, "pair.safetensors"), { emb_params: floatTensor([2, pair.length / 2], pair) });
    const pipeline = openPipeline(embedded.pipeline);
    const encoder = openTextEncoder(pipeline, sessions);
    const figures: Figure[] = [];
    for (const { style, text, chunks, rows } of cases) {
      const reading = { longPrompts: "chunks", promptWeights: style, embeddings: folder } as const;
      const { data: found } = await encoder.encode(text, reading);
      const bytes = Buffer.from(rows, "base64");
      const wanted = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      const kept = found.filter((_, i) => (i % pipeline.width) % every === 0);
      const subject = `${style}, ${chunks} of ${found.length / pipeline.width / pipeline.tokens} chunks: ${text.slice(0, 40)}`;
      const value = kept.length === wanted.length ? relativeError(kept, wanted) : Infinity;
      figures.push({
        subject,
        quantity: "last hidden state",
        measure: "max abs error / max abs",
        value,
        limit: { atMost: 1e-5 },
      });
    }
    return figures;
  } finally {
    await sessions.release();
    rmSync(folder, { recursive: true });
  }
}
