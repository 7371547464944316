// The kinds of files, the most telling first. One row a kind.

import { readPictureText } from "../../pictures/picture.ts";
import { printForeign, recogniseForeignFile } from "../../weights/foreign-file.ts";
import { settingsInImage } from "../foreign/read-foreign.ts";
import { describeArray, isArray } from "./array-facts.ts";
import { describeCheckpointFile, isCheckpoint, isPartFile } from "./checkpoint-facts.ts";
import { describeEmbedding, isEmbedding } from "./embedding-facts.ts";
import { describePairs, describeParquet, isParquet, isTableOfPairs } from "./example-facts.ts";
import { describeMade } from "./foreign-facts.ts";
import { jsonKinds } from "./json-kinds.ts";
import { type Description, fact, type File, type Kind, wrongThing } from "./kind.ts";
import { describeOnnxModel } from "./onnx-facts.ts";
import { describePrompts } from "./prompt-facts.ts";
import { printBytes } from "./quantities.ts";
import { describeReward, isRewardFile } from "./reward-facts.ts";
import { describeCheckpoint, describeWeights, holdsTensors, looksLikeSafetensors } from "./safetensors-facts.ts";
import { describeTorch, isOtherArchive, isTorch } from "./torch-facts.ts";

export const fileKinds: readonly Kind<File>[] = [
  {
    kind: "unknown",
    title: "empty file",
    recognise: ({ size }) => size === 0,
    describe: ({ path }) => ({
      problems: [wrongThing(path, "the file is empty", "download or write it again")],
    }),
  },
  {
    kind: "embedding",
    title: "negative embedding",
    recognise: isEmbedding,
    describe: ({ path }) => describeEmbedding(path),
  },
  {
    kind: "checkpoint",
    title: "checkpoint of a run",
    recognise: (file) => holdsTensors(file, "negative", "start"),
    describe: describeCheckpoint,
  },
  {
    kind: "reward",
    title: "reward",
    recognise: isRewardFile,
    describe: ({ path }) => describeReward(path),
  },
  {
    kind: "pipeline",
    title: "model in a single file",
    recognise: isCheckpoint,
    describe: describeCheckpointFile,
  },
  {
    kind: "component",
    title: "part of a model in a single file",
    recognise: isPartFile,
    describe: describeCheckpointFile,
  },
  {
    kind: "weights",
    title: "safetensors file",
    recognise: looksLikeSafetensors,
    describe: describeWeights,
  },
  {
    kind: "weights",
    title: "PyTorch file",
    recognise: isTorch,
    describe: describeTorch,
  },
  {
    kind: "unknown",
    title: "archive of another program",
    recognise: isOtherArchive,
    describe: describeTorch,
  },
  {
    kind: "array",
    title: "NumPy array",
    recognise: isArray,
    describe: describeArray,
  },
  {
    kind: "unknown",
    title: "no file of weights",
    recognise: ({ path, head }) => WEIGHTS.test(path) && recogniseForeignFile(head) !== undefined,
    describe: describeForeign,
  },
  {
    kind: "pairs",
    title: "pairs of images",
    recognise: isTableOfPairs,
    describe: describePairs,
  },
  {
    kind: "table",
    title: "table in Parquet",
    recognise: isParquet,
    describe: describeParquet,
  },
  ...jsonKinds,
  {
    kind: "unknown",
    title: "broken JSON file",
    recognise: ({ path, text, json }) =>
      path.endsWith(".json") && text !== null && json === undefined && !isMarkup(text),
    describe: ({ path }) => ({
      problems: [wrongThing(path, "the text is not valid JSON", "download or write it again")],
    }),
  },
  {
    kind: "prompts",
    title: "list of prompts",
    recognise: ({ path, text }) => PROMPTS.test(path) && (text === null || !isMarkup(text)),
    describe: describePrompts,
  },
  {
    kind: "image",
    title: "image",
    recognise: ({ head }) => IMAGE.test(latin1(head)),
    describe: describeImage,
  },
  {
    kind: "weights",
    title: "ONNX model",
    recognise: ({ path }) => path.endsWith(".onnx"),
    describe: ({ path }) => describeOnnxModel(path),
  },
  {
    kind: "unknown",
    title: "file of another kind",
    recognise: ({ head }) => recogniseForeignFile(head) !== undefined,
    describe: describeForeign,
  },
  {
    kind: "unknown",
    title: "text file",
    recognise: ({ text }) => text !== null,
    describe: ({ path }) => ({
      problems: [wrongThing(path, "this is a text", "a list of prompts is a .txt file with one prompt a line")],
    }),
  },
  {
    kind: "weights",
    title: "damaged safetensors file",
    recognise: ({ path }) => path.endsWith(".safetensors"),
    describe: describeWeights,
  },
  {
    kind: "unknown",
    title: "file of no known kind",
    recognise: () => true,
    describe: ({ path, size }) => ({
      facts: [fact("size", printBytes(size))],
      problems: [
        wrongThing(path, "nothing is known about files of this kind", "give a model's folder or a .safetensors file"),
      ],
    }),
  },
];

/** Whatever else may lie under such a name, it is no document that someone wrote. */
const WEIGHTS = /\.(safetensors|ckpt|pt|pth|bin)$/i;

const PROMPTS = /\.(txt|csv|tsv|jsonl|ndjson)$/i;

const IMAGE = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)/s;

/** One character a byte, so that patterns can name bytes. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** Web pages, and the short texts that Git LFS leaves in place of large files. */
function isMarkup(text: string): boolean {
  return /^\s*<|^version https:\/\/git-lfs/.test(text);
}

function describeImage({ path, size, head }: File): Description {
  const made = latin1(head).startsWith("\x89PNG") ? settingsInImage(readPictureText(path)) : undefined;
  if (made !== undefined) return describeMade(made, path);
  return {
    facts: [fact("size", printBytes(size))],
    problems: [wrongThing(path, "this is an image, no model", "to rate it: `reneg score`")],
  };
}

function describeForeign({ path, size, head }: File): Description {
  const foreign = recogniseForeignFile(head);
  if (foreign === undefined) throw new Error(`${path} was recognised as a foreign file`);
  return {
    title: foreign.what,
    facts: [fact("size", printBytes(size))],
    problems: [wrongThing(path, `this is ${printForeign(foreign)}`, foreign.help)],
  };
}
