// Holds the CLIP tokenizer to transformers' on the texts of fixtures/clip-tokenizer.json: every id of every text.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type ClipTokenizer, loadClipTokenizer } from "../../src-main/models/tokenizer/clip-tokenizer.ts";
import type { Figure } from "./compare.ts";
import { fixtureFile } from "./manifest.ts";

const tokenizerCase = z.object({
  /** tokenizer_config.json and special_tokens_map.json; null where there is no such file. */
  config: z.looseObject({}),
  special: z.looseObject({}).nullable(),
  /** Characters whose tokens this vocabulary lacks. */
  without: z.array(z.string()).default([]),
  padId: z.int(),
  /** By index of the text, without padding. Tokenizers after the first hold only what differs from it. */
  ids: z.union([z.array(z.array(z.int())), z.record(z.coerce.number(), z.array(z.int()))]),
});
type TokenizerCase = z.output<typeof tokenizerCase>;

const tokenizerFixture = z.object({
  vocabulary: z.array(z.string()),
  merges: z.array(z.string()),
  texts: z.array(z.string()),
  tokenizers: z.record(z.string(), tokenizerCase),
});
type TokenizerFixture = z.output<typeof tokenizerFixture>;

/** One figure a tokenizer: the number of texts whose ids differ. */
export async function checkTokenizer(): Promise<readonly Figure[]> {
  const fixture = tokenizerFixture.parse(JSON.parse(readFileSync(fixtureFile("clip-tokenizer.json"), "utf8")));
  const cases = Object.entries(fixture.tokenizers);
  const first = cases[0]?.[1];
  return cases.map(([name, described]) => {
    const tokenizer = loadCase(fixture, described);
    const different = fixture.texts.filter((text, index) => {
      const expected = described.ids[index] ?? first?.ids[index];
      if (expected === undefined) throw new Error(`the fixture has no ids for text ${index}`);
      const padded = [...expected, ...Array<number>(tokenizer.length).fill(described.padId)];
      return tokenizer.encode(text).ids.join() !== padded.slice(0, tokenizer.length).join();
    });
    const measure = `of ${fixture.texts.length} texts differ`;
    return { subject: "clip-tokenizer", quantity: name, measure, value: different.length, limit: { atMost: 0 } };
  });
}

function loadCase(fixture: TokenizerFixture, { config, special, without }: TokenizerCase): ClipTokenizer {
  const folder = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  const isKept = (token: string) => token.startsWith("<|") || !without.some((part) => token.includes(part));
  const ids = fixture.vocabulary.map((token, id) => [token, id] as const).filter(([token]) => isKept(token));
  const merges = fixture.merges.filter(isKept);
  try {
    writeFileSync(join(folder, "vocab.json"), JSON.stringify(Object.fromEntries(ids)));
    writeFileSync(join(folder, "merges.txt"), `#version: 0.2\n${merges.join("\n")}\n`);
    writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(config));
    if (special !== null) writeFileSync(join(folder, "special_tokens_map.json"), JSON.stringify(special));
    return loadClipTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
