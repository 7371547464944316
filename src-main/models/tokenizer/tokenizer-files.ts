// The files of a CLIP tokenizer folder: vocab.json and merges.txt, or tokenizer.json, and the places where special tokens are declared.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import type { BytePairVocabulary } from "./byte-pair-encoder.ts";

/** A token that is found in the text before words are cut. */
export interface SpecialToken {
  readonly content: string;
  readonly id: number;
  /** Whether it is looked for in the normalised text instead of the text as written. */
  readonly normalised: boolean;
}

export interface TokenizerFiles extends BytePairVocabulary {
  readonly special: readonly SpecialToken[];
  readonly beginId: number;
  readonly endId: number;
  readonly padId: number;
  /** Tokens of an encoded text, marks and padding included. */
  readonly length: number;
}

const vocabularySchema = z.record(z.string(), z.int().nonnegative());

/** A bare string, or an object that also tells how the token is matched. */
const tokenSchema = z.union([
  z.string().transform((content) => ({ content, normalized: false, lstrip: false, rstrip: false, single_word: false })),
  z.object({
    content: z.string(),
    normalized: z.boolean().default(false),
    lstrip: z.boolean().default(false),
    rstrip: z.boolean().default(false),
    single_word: z.boolean().default(false),
  }),
]);
type DeclaredToken = z.output<typeof tokenSchema>;

const namedTokens = {
  bos_token: tokenSchema.nullish(),
  eos_token: tokenSchema.nullish(),
  unk_token: tokenSchema.nullish(),
  pad_token: tokenSchema.nullish(),
};
const mapSchema = z.object(namedTokens);
const configSchema = z.object({
  ...namedTokens,
  model_max_length: z.number().positive().optional(),
  added_tokens_decoder: z.record(z.string(), tokenSchema).optional(),
});

/** The length of all published CLIP text encoders; transformers writes 10³⁰ where nobody set one. */
const CLIP_LENGTH = 77;
const LARGEST_LENGTH = 100_000;

/** Words and merges in files of their own, or both in one, as transformers writes them since version 5. */
export function holdsTokenizer(folder: string): boolean {
  return ["vocab.json", "tokenizer.json"].some((name) => existsSync(join(folder, name)));
}

export function readTokenizerFiles(folder: string): TokenizerFiles {
  const { ids, ranks, added: addedToWords } = readWords(folder);

  const configFile = join(folder, "tokenizer_config.json");
  const config = existsSync(configFile) ? readJson(configFile, configSchema) : {};
  const mapFile = join(folder, "special_tokens_map.json");
  // As in transformers: the map is a legacy file that counts only where the config lists no added tokens.
  const map = config.added_tokens_decoder === undefined && existsSync(mapFile) ? readJson(mapFile, mapSchema) : {};

  const mark = (name: keyof typeof namedTokens, usual: string): DeclaredToken =>
    map[name] ?? config[name] ?? tokenSchema.parse(usual);
  const begin = mark("bos_token", "<|startoftext|>");
  const end = mark("eos_token", "<|endoftext|>");
  const unknown = mark("unk_token", "<|endoftext|>");
  const pad = mark("pad_token", "<|endoftext|>");

  const added = config.added_tokens_decoder === undefined ? addedToWords : Object.values(config.added_tokens_decoder);
  const idOf = ({ content }: DeclaredToken): number => ids.get(content) ?? refuseUnknownToken(folder, content);
  const special = mergeDeclarations(added, [begin, end, unknown, pad]).map((token): SpecialToken => {
    refuseUnsupportedMatching(folder, token);
    return { content: token.content, id: idOf(token), normalised: token.normalized };
  });
  const length = config.model_max_length ?? CLIP_LENGTH;
  return {
    ids,
    ranks,
    special,
    beginId: idOf(begin),
    endId: idOf(end),
    padId: idOf(pad),
    unknownId: idOf(unknown),
    length: length > LARGEST_LENGTH ? CLIP_LENGTH : length,
  };
}

interface Words {
  readonly ids: ReadonlyMap<string, number>;
  readonly ranks: ReadonlyMap<string, number>;
  /** Special tokens that stand with them. */
  readonly added: readonly DeclaredToken[];
}

function readWords(folder: string): Words {
  const vocabulary = join(folder, "vocab.json");
  const whole = join(folder, "tokenizer.json");
  if (existsSync(whole) && !existsSync(vocabulary)) return readWholeFile(whole);
  const ids = new Map(Object.entries(readJson(vocabulary, vocabularySchema)));
  const merges = join(folder, "merges.txt");
  return { ids, ranks: rankMerges(readMergeLines(merges), ids, merges), added: [] };
}

const wholeSchema = z.object({
  model: z.object({
    type: z.string(),
    end_of_word_suffix: z.string().nullish(),
    vocab: vocabularySchema,
    // Older versions write a merge as one text.
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()]).transform((pair) => pair.join(" "))])),
  }),
  added_tokens: z.array(tokenSchema.options[1].extend({ id: z.int().nonnegative() })).default([]),
});

/** tokenizer.json, of the library of that name. */
function readWholeFile(file: string): Words {
  const { model, added_tokens: added } = readJson(file, wholeSchema);
  if (model.type !== "BPE" || model.end_of_word_suffix !== "</w>") {
    refuse({
      code: "tokenizer-file",
      at: { file, part: "model.type" },
      message: `this is a tokenizer of another kind (${model.type}), not CLIP's byte-pair encoding`,
      help: "use the tokenizer folder that came with this text encoder",
    });
  }
  const ids = new Map([
    ...Object.entries(model.vocab),
    ...added.map(({ content, id }): [string, number] => [content, id]),
  ]);
  return { ids, ranks: rankMerges(model.merges, ids, file), added };
}

/** A token of the added list is as it says there; otherwise the last of the named declarations counts. */
function mergeDeclarations(added: readonly DeclaredToken[], named: readonly DeclaredToken[]): readonly DeclaredToken[] {
  const listed = new Set(added.map(({ content }) => content));
  const tokens = [...added, ...named.filter(({ content }) => !listed.has(content))];
  return [...new Map(tokens.map((token) => [token.content, token])).values()];
}

function refuseUnknownToken(folder: string, content: string): never {
  refuse({
    code: "tokenizer-special-token",
    at: { file: folder, part: content },
    message: "this special token is not in the vocabulary",
    help: "use the tokenizer folder that came with this text encoder",
  });
}

function refuseUnsupportedMatching(folder: string, { content, lstrip, rstrip, single_word }: DeclaredToken): void {
  if (!lstrip && !rstrip && !single_word) return;
  refuse({
    code: "tokenizer-special-token",
    at: { file: folder, part: content },
    message: "special tokens with lstrip, rstrip or single_word are not supported",
    help: "CLIP's own tokenizers set none of them: use the original tokenizer folder",
  });
}

/** Lines of two symbols, best merge first, after an optional version line. */
function readMergeLines(file: string): readonly string[] {
  const lines = readText(file).split("\n");
  return lines.filter((line) => line.trim() !== "" && !line.startsWith("#version"));
}

function rankMerges(
  merges: readonly string[],
  ids: ReadonlyMap<string, number>,
  file: string,
): ReadonlyMap<string, number> {
  const ranks = merges.map((line, rank): [string, number] => {
    const [first = "", second = "", ...more] = line.trimEnd().split(" ");
    const known = [first, second, first + second].every((symbol) => ids.has(symbol));
    if (more.length === 0 && known) return [`${first} ${second}`, rank];
    return refuse({
      code: "tokenizer-merges",
      at: { file, part: `merge ${rank + 1}` },
      message: known ? "a merge has two symbols" : `"${line}" uses symbols that the vocabulary lacks`,
      help: "words and merges must come from the same tokenizer: download its folder again",
    });
  });
  return new Map(ranks);
}

function readJson<Output>(file: string, schema: z.ZodType<Output>): Output {
  const text = readText(file);
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    return refuse({
      code: "tokenizer-file",
      at: issue === undefined || issue.path.length === 0 ? { file } : { file, part: issue.path.join(".") },
      message: issue === undefined ? "the file is not valid JSON" : issue.message.toLowerCase(),
      help: "download the tokenizer folder again",
    });
  }
}

function readText(file: string): string {
  if (!existsSync(file)) {
    refuse({
      code: "tokenizer-file",
      at: { file },
      message: "the tokenizer folder lacks this file",
      help: "download the whole tokenizer folder: vocab.json and merges.txt, or tokenizer.json, and tokenizer_config.json",
    });
  }
  return readFileSync(file, "utf8");
}
