// LAION's aesthetic predictor v2: how people rate the look of a picture, about 1…10, whatever the prompt. CLIP ViT-L/14 and an affine head.

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { refuse } from "../../../common/diagnostic.ts";
import { isEmbeddedName } from "../../../common/embedded-name.ts";
import { clipImageEmbedding, ownOfClip } from "../../clip/clip.ts";
import { modelPath } from "../../embedded.ts";
import { readAll } from "../../scope.ts";
import { applyAffineHead, readAffineHead } from "../affine-head.ts";
import { clipFacts } from "../clip-reward.ts";
import { preprocess, printPreprocessing } from "../preprocess.ts";
import { looseFileWith, type RewardFiles, rewardFiles } from "../reward-files.ts";
import { readHeadFacts } from "../trained/head-file.ts";
import { readClipModel } from "./clip.ts";
import type { RewardKind } from "./kind.ts";

/** The first layer of the head, which is a file of its own. */
const MARK = "layers.0.weight";

export const aesthetic: RewardKind = {
  name: "aesthetic",
  title: "LAION aesthetic predictor",
  recognise: (files) => looseFileWith(files, MARK) !== undefined,
  open: (files, options) => {
    const headFile = looseFileWith(files, MARK) ?? refuseHead(files);
    const head = readAffineHead(headFile);
    const tower = readClipModel(towerOf(files, headFile.file, options.base));
    const { weights, config } = tower;
    const preprocessing = { ...tower.preprocessing, antialias: options.antialias ?? true };
    if (config.projection_dim !== head.weight.length) refuseWidth(files, head.weight.length, config.projection_dim);
    if (options.score !== undefined) refuseScore(files);
    const { "text tower": _, ...facts } = clipFacts(config);
    return {
      name: basename(files.path),
      path: files.path,
      weights: new Map([...weights, ...headFile.tensors]),
      facts: {
        score: "how the picture looks, about 1 to 10, whatever the prompt",
        ...facts,
        resizing: printPreprocessing(preprocessing),
      },
      text: null,
      score: (b, image) => {
        const embedding = readAll(b, weights, { file: files.path, own: ownOfClip(false, true) }, (scope) =>
          clipImageEmbedding(scope, config, preprocess(b, image, preprocessing)),
        );
        return applyAffineHead(b, head, embedding);
      },
    };
  },
};

/** Where it is said to lie, or what a head that was trained here names, or what lies beside. */
function towerOf(files: RewardFiles, head: string, base: string | undefined): RewardFiles {
  const named = base ?? readHeadFacts(head)?.base.name;
  return named !== undefined && (base !== undefined || isEmbeddedName(named))
    ? rewardFiles(modelPath(named))
    : towerBeside(files);
}

/** The CLIPModel in the head's folder, or in the one folder inside it that holds one. */
function towerBeside({ path, folder, className }: RewardFiles): RewardFiles {
  if (className === "CLIPModel") return rewardFolder(folder);
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => rewardFiles(join(folder, name)))
    .filter((files) => files.className === "CLIPModel");
  const [only, ...others] = inside;
  if (only !== undefined && others.length === 0) return only;
  const found =
    inside.length === 0 ? "no model of the class CLIPModel lies" : `${inside.length} models of the class CLIPModel lie`;
  return refuse({
    code: "aesthetic-tower",
    at: { file: path },
    message: `the predictor needs CLIP ViT-L/14 to look through, and ${found} beside it`,
    help: "put the folder clip-vit-large-patch14 beside the file, or the file into that folder",
  });
}

/** The same folder, not as a file inside it. */
function rewardFolder(folder: string): RewardFiles {
  return rewardFiles(folder);
}

function refuseHead({ path }: RewardFiles): never {
  return refuse({
    code: "reward-files",
    at: { file: path },
    message: "the predictor's own weights do not lie here",
    help: "they are a file such as sac+logos+ava1-l14-linearMSE.pth; see docs/rewards.md",
  });
}

function refuseWidth({ path }: RewardFiles, wanted: number, found: number): never {
  return refuse({
    code: "aesthetic-width",
    at: { file: path },
    message: `the predictor reads embeddings of width ${wanted}, but the CLIP beside it writes width ${found}`,
    help: "use the CLIP that it was trained on, for version 2 OpenAI's ViT-L/14",
  });
}

function refuseScore({ path }: RewardFiles): never {
  return refuse({
    code: "reward-score",
    at: { file: path, part: "score" },
    message: "this reward compares nothing, so it has neither a cosine nor a scaled score",
    help: "leave out `score`",
  });
}
