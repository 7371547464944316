// The files of a CLIP tokenizer folder: vocab.json and merges.txt, or tokenizer.json, and the places where special tokens are declared.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { type JsonHelp, readJson } from "../../weights/json-file.ts";
import { readTextFile } from "../../weights/text-file.ts";
import { parseConfig } from "../parse-config.ts";
import type { BytePairVocabulary } from "./byte-pair-encoder.ts";

/** A token that is found in the text before words are cut. */
export interface SpecialToken {
  readonly content: string;
  readonly id: number;
  /** Whether it is looked for in the normalised text instead of the text as written. */
  readonly normalised: boolean;
  /** Whether it counts only where no letter or digit stands beside it. Absent: anywhere. */
  readonly isWholeWord?: boolean;
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
interface DeclaredToken {
  readonly content: string;
  readonly normalized: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly single_word: boolean;
}

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

/** Words that were learned later (textual inversion), with their ids, as transformers wrote them before version 4.34. */
const addedSchema = z.record(z.string(), z.int().nonnegative());

/** The length of all published CLIP text encoders; transformers writes 10³⁰ where nobody set one. */
const CLIP_LENGTH = 77;
const LARGEST_LENGTH = 100_000;

/** Words and merges in files of their own, or both in one, as transformers writes them since version 5. */
export function holdsTokenizer(folder: string): boolean {
  return ["vocab.json", "tokenizer.json"].some((name) => existsSync(join(folder, name)));
}

export function readTokenizerFiles(folder: string): TokenizerFiles {
  const words = readWords(folder);
  const { ranks } = words;

  const configFile = join(folder, "tokenizer_config.json");
  const config = existsSync(configFile) ? readAs(configFile, configSchema) : {};
  const mapFile = join(folder, "special_tokens_map.json");
  // As in transformers: the map is a legacy file that counts only where the config lists no added tokens.
  const map = config.added_tokens_decoder === undefined && existsSync(mapFile) ? readAs(mapFile, mapSchema) : {};

  const mark = (name: keyof typeof namedTokens, usual: string): DeclaredToken =>
    map[name] ?? config[name] ?? tokenSchema.parse(usual);
  const begin = mark("bos_token", "<|startoftext|>");
  const end = mark("eos_token", "<|endoftext|>");
  const unknown = mark("unk_token", "<|endoftext|>");
  const pad = mark("pad_token", "<|endoftext|>");

  const listed = Object.entries(config.added_tokens_decoder ?? {});
  const added =
    config.added_tokens_decoder === undefined
      ? [...readAdded(folder, [begin, end, unknown, pad]), ...words.added]
      : listed.map(([id, token]) => ({ ...token, id: Number(id) }));
  const ids = withAdded(folder, words.ids, added);
  const idOf = ({ content }: DeclaredToken): number => ids.get(content) ?? refuseUnknownToken(folder, content);
  const special = mergeDeclarations(added, [begin, end, unknown, pad]).map((token): SpecialToken => {
    const { content, normalized: normalised, single_word: isWholeWord } = token;
    return { content, id: idOf(token), normalised, isWholeWord };
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

interface AddedToken extends DeclaredToken {
  readonly id: number;
}

interface Words {
  readonly ids: ReadonlyMap<string, number>;
  readonly ranks: ReadonlyMap<string, number>;
  /** Special tokens that stand with them. */
  readonly added: readonly AddedToken[];
}

/** As in transformers: what is no mark is looked for in the normalised text. */
function readAdded(folder: string, marks: readonly DeclaredToken[]): readonly AddedToken[] {
  const file = join(folder, "added_tokens.json");
  if (!existsSync(file)) return [];
  const names = new Set(marks.map(({ content }) => content));
  return Object.entries(readAs(file, addedSchema)).map(([content, id]) => ({
    content,
    id,
    normalized: !names.has(content),
    lstrip: false,
    rstrip: false,
    single_word: false,
  }));
}

/** Added tokens have ids of their own; a word of the vocabulary keeps its. */
function withAdded(
  folder: string,
  ids: ReadonlyMap<string, number>,
  added: readonly AddedToken[],
): ReadonlyMap<string, number> {
  const all = new Map(ids);
  const owners = new Map([...ids].map(([content, id]) => [id, content]));
  for (const { content, id } of added) {
    if (all.has(content)) continue;
    const owner = owners.get(id);
    if (owner !== undefined) refuseTakenId(folder, content, id, owner);
    owners.set(id, content);
    all.set(content, id);
  }
  return all;
}

function refuseTakenId(folder: string, content: string, id: number, owner: string): never {
  refuse({
    code: "tokenizer-special-token",
    at: { file: folder, part: content },
    message: `this added word has the id ${id}, which is that of "${owner}"`,
    help: "use the tokenizer folder that came with this text encoder",
  });
}

function readWords(folder: string): Words {
  const vocabulary = join(folder, "vocab.json");
  const whole = join(folder, "tokenizer.json");
  if (existsSync(whole) && !existsSync(vocabulary)) return readWholeFile(whole);
  const ids = new Map(Object.entries(readAs(vocabulary, vocabularySchema)));
  const merges = join(folder, "merges.txt");
  const ranks = rankMerges(readMergeLines(merges), ids, merges);
  return { ids, ranks, added: existsSync(whole) ? readAs(whole, addedOfWhole).added_tokens : [] };
}

const addedOfWhole = z.object({
  added_tokens: z.array(tokenSchema.options[1].extend({ id: z.int().nonnegative() })).default([]),
});

const wholeSchema = addedOfWhole.extend({
  model: z.object({
    type: z.string(),
    end_of_word_suffix: z.string().nullish(),
    vocab: vocabularySchema,
    // Older versions write a merge as one text.
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()]).transform((pair) => pair.join(" "))])),
  }),
});

/** tokenizer.json, of the library of that name. */
function readWholeFile(file: string): Words {
  const { model, added_tokens: added } = readAs(file, wholeSchema);
  if (model.type !== "BPE" || model.end_of_word_suffix !== "</w>") {
    refuse({
      code: "tokenizer-file",
      at: { file, part: "model.type" },
      message: `this is a tokenizer of another kind (${model.type}), not CLIP's byte-pair encoding`,
      help: "use the tokenizer folder that came with this text encoder",
    });
  }
  const ids = new Map(Object.entries(model.vocab));
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

/** Lines of two symbols, best merge first, after an optional version line. */
function readMergeLines(file: string): readonly string[] {
  const lines = readTextFile(file, { missing: MISSING, what: "a list of merges" }).split(/\r?\n/);
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

const MISSING =
  "download the whole tokenizer folder: vocab.json and merges.txt, or tokenizer.json, and tokenizer_config.json";
const HELP: JsonHelp = { missing: MISSING, invalid: "download the tokenizer folder again" };

function readAs<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  return parseConfig(schema, readJson(file, HELP), file, { code: "tokenizer-file", help: HELP.invalid });
}
