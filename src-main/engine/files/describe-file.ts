// What a file or folder among models is, by its names and headers: enough to choose it by, without building any network.

import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { isEmbeddedName } from "../../common/embedded-name.ts";
import { type EmbeddingSpace, familyOfSpace } from "../../common/embedding-space.ts";
import type { DescribedFile, FileKind } from "../../common/known-file.ts";
import type { TargetKind } from "../../common/target-model.ts";
import { readEmbeddingFile } from "../../embeddings/embedding-file.ts";
import { clipTextConfig } from "../../models/clip/clip-config.ts";
import { modelPath } from "../../models/embedded.ts";
import { partInFolder, readPartConfig } from "../../models/model-part.ts";
import { openPipeline } from "../../models/pipeline.ts";
import { openReward, rewardKindOf } from "../../models/reward/open-reward.ts";
import { isModel, kindOfTarget } from "../../models/target/kind-of-target.ts";
import { spaceOfControlNet, spaceOfVideoModel } from "../../models/target/space-of-target.ts";
import { isTextEncoderFolder } from "../../models/text-encoder-folder.ts";
import { PAIRS } from "../../preferences/read-pairs.ts";
import { RATINGS } from "../../preferences/read-ratings.ts";
import { refuseParquet, usualTable } from "../../preferences/table.ts";
import { readWeights } from "../../weights/read-weights.ts";
import { weightFamilyOf } from "../../weights/weight-families.ts";
import { attempt } from "../inspect/attempt.ts";
import { isEmbedding } from "../inspect/embedding-facts.ts";
import { openFile } from "../inspect/open-file.ts";
import { isRewardFile } from "../inspect/reward-facts.ts";
import { bytesOf } from "./bytes-of.ts";
import { nameOfFile } from "./name-of-file.ts";
import { WEIGHT_ENDINGS } from "./weight-endings.ts";

type Look = Pick<DescribedFile, "kind" | "what" | "space" | "refusal">;

/** @param given a path, or the name of something that comes with the program. `undefined`: nothing to choose, or not there */
export function describeFile(given: string): DescribedFile | undefined {
  const path = modelPath(given);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  const look = status.isDirectory() ? lookAtFolder(path) : lookAtFile(path, status.size);
  if (look === undefined) return undefined;
  const shown = isEmbeddedName(given) ? given : path;
  return { path: shown, name: nameOfFile(shown), bytes: bytesOf(path), ...look };
}

const LIST_ENDINGS = new Set([".txt", ".csv", ".tsv", ".jsonl"]);
const IMAGE_ENDINGS = new Set([".png", ".jpg", ".jpeg", ".webp"]);

function lookAtFile(path: string, size: number): Look | undefined {
  const ending = extname(path).toLowerCase();
  if (LIST_ENDINGS.has(ending)) return plain("prompts", "prompt list");
  if (IMAGE_ENDINGS.has(ending)) return plain("image", "image");
  const { problems: unread } = attempt(() => refuseParquet(path));
  if (unread.length > 0) return unusable("table in Parquet", unread, "pairs");
  if (!WEIGHT_ENDINGS.has(ending)) return undefined;
  const { value: file, problems } = attempt(() => openFile(path, size));
  if (file === undefined) return unusable("weights", problems);
  if (isEmbedding(file)) return lookAtEmbedding(path);
  if (isRewardFile(file)) return lookAtReward(path);
  return lookAtWeights(path);
}

function lookAtFolder(path: string): Look | undefined {
  if (isModel(path) || existsSync(join(path, "unet"))) return lookAtModel(path, "folder of diffusers");
  if (usualTable(path, PAIRS) !== undefined) return plain("pairs", "pairs of images");
  if (usualTable(path, RATINGS) !== undefined) return plain("ratings", "rated images");
  if (isRewardFolder(path)) return lookAtReward(path);
  return isTextEncoderFolder(path) ? lookAtTextEncoder(path) : undefined;
}

/** Whose texts it writes is no matter: it takes the place of one that writes the same. */
function lookAtTextEncoder(path: string): Look {
  const { value: config, problems } = attempt(() => readPartConfig(clipTextConfig, partInFolder(path, "text_encoder")));
  if (config === undefined) return unusable("CLIP text encoder", problems, "text encoder");
  return plain("text encoder", `CLIP text encoder, ${config.num_hidden_layers} layers of width ${config.hidden_size}`);
}

/** As transformers keeps one. Other rewards are files, and one that only keeps rewards has a folder in it for each. */
function isRewardFolder(path: string): boolean {
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const isConfigured = entries.some(({ name }) => name === "config.json");
  if (!isConfigured || entries.some((entry) => entry.isDirectory())) return false;
  return attempt(() => rewardKindOf(path)).value !== undefined;
}

function lookAtEmbedding(path: string): Look {
  const { value: embedding, problems } = attempt(() => readEmbeddingFile(path));
  if (embedding === undefined) return unusable("embedding", problems, "embedding");
  if (embedding.kind === "tokens") return plain("embedding", "textual inversion");
  return { ...plain("embedding", "learned embedding"), space: embedding.space };
}

function lookAtReward(path: string): Look {
  const { value, problems } = attempt(() => openReward(path));
  const what = value?.title ?? attempt(() => rewardKindOf(path)).value?.title ?? "reward";
  return { ...plain("reward", what), refusal: problems[0] ?? null };
}

function lookAtWeights(path: string): Look | undefined {
  const { value: weights, problems } = attempt(() => readWeights(path));
  if (weights === undefined) return unusable("weights", problems);
  const family = weightFamilyOf(weights);
  if (family === undefined) return undefined;
  if (isModel(path)) return lookAtModel(path, family.title);
  // Beside its config a file is one part of a folder that is a thing itself.
  if (family.outlook === "runs" || existsSync(join(path, "..", "config.json"))) return undefined;
  const { usedAs, message, help } = family.outlook;
  if (usedAs !== undefined) return plain(usedAs, family.title);
  return unusable(family.title, [{ severity: "error", code: "checkpoint-family", at: { file: path }, message, help }]);
}

const KINDS: { readonly [Kind in TargetKind]: FileKind } = {
  pipeline: "pipeline",
  controlnet: "controlnet",
  motion: "video",
  video: "video",
};
const SPACES: { readonly [Kind in TargetKind]: (path: string) => EmbeddingSpace | undefined } = {
  pipeline: (path) => openPipeline(path).space,
  controlnet: spaceOfControlNet,
  motion: (path) => spaceOfVideoModel(path, undefined),
  video: (path) => spaceOfVideoModel(path, undefined),
};
/** A part that another model lends: whether it fits shows when that is chosen. */
const LACKS_A_PART = new Set(["checkpoint-part", "target-base"]);

function lookAtModel(path: string, family: string): Look {
  const { value: target, problems } = attempt(() => kindOfTarget(path));
  if (target === undefined) return unusable(family, problems);
  const { value: space, problems: faults } = attempt(() => SPACES[target](path));
  const refusal = faults.find(({ code }) => !LACKS_A_PART.has(code)) ?? null;
  const known = space && familyOfSpace(space);
  const what = known === undefined ? family.replace(/^single-file /, "") : known;
  return { kind: KINDS[target], what, space: space ?? null, refusal };
}

function plain(kind: FileKind, what: string): Look {
  return { kind, what, space: null, refusal: null };
}

function unusable(what: string, problems: readonly Diagnostic[], kind: FileKind = "other"): Look {
  const [refusal = null] = problems;
  return { kind, what, space: null, refusal };
}
