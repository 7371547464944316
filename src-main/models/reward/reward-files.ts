// What lies where a reward is said to be, read once and not very far: names, and the headers of loose weight files.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { readJson } from "../../weights/json-file.ts";
import { readWeights } from "../../weights/read-weights.ts";
import type { WeightMap } from "../../weights/weight-map.ts";

export interface WeightFile {
  readonly file: string;
  readonly tensors: WeightMap;
}

export interface RewardFiles {
  /** As asked for, absolute. */
  readonly path: string;
  /** The folder itself, or that of the file. */
  readonly folder: string;
  /** The class that config.json in the folder names; "" without. */
  readonly className: string;
  /** The file that was asked for, or those of a folder that transformers would not read. */
  readonly loose: readonly WeightFile[];
  /** Whether a file was asked for. */
  readonly isFile: boolean;
}

const WEIGHTS = /\.(safetensors|pt|pth|bin|ckpt)$/i;
/** What transformers and diffusers read by themselves, whole and in shards, and what they keep beside it. */
const OF_LIBRARIES =
  /^((pytorch_)?model|diffusion_pytorch_model|tf_model|flax_model|training_args|optimizer|scheduler)\b/;

/** @throws Refusal if nothing is there, or a weight file is damaged */
export function rewardFiles(path: string): RewardFiles {
  const root = resolve(path);
  const status = statSync(root, { throwIfNoEntry: false });
  if (status === undefined) {
    return refuse({
      code: "file-missing",
      at: { file: root },
      message: "there is no such file or folder",
      help: "check the path; docs/rewards.md says which files each reward needs",
    });
  }
  const isFile = !status.isDirectory();
  const folder = isFile ? dirname(root) : root;
  const files = isFile ? [root] : looseFiles(root);
  const loose = files.map((file) => ({ file, tensors: readWeights(file) }));
  return { path: root, folder, className: readClassName(folder), loose, isFile };
}

/** The one loose file that holds this tensor; several are refused. */
export function looseFileWith({ path, loose }: RewardFiles, tensor: string): WeightFile | undefined {
  const [found, ...others] = loose.filter(({ tensors }) => tensors.has(tensor));
  if (found === undefined || others.length === 0) return found;
  return refuseSeveral(path, [found, ...others]);
}

export function refuseSeveral(path: string, files: readonly WeightFile[]): never {
  const names = files.map(({ file }) => basename(file));
  return refuse({
    code: "reward-several",
    at: { file: path },
    message: `the folder holds several rewards: ${names.join(", ")}`,
    help: "name the file in place of the folder",
  });
}

function looseFiles(folder: string): string[] {
  const names = readdirSync(folder).toSorted();
  return names.filter((name) => WEIGHTS.test(name) && !OF_LIBRARIES.test(name)).map((name) => join(folder, name));
}

const named = z.object({ architectures: z.array(z.string()).min(1).optional(), model_type: z.string().optional() });

function readClassName(folder: string): string {
  const file = join(folder, "config.json");
  const parsed = existsSync(file) ? named.safeParse(readJson(file)) : undefined;
  const { architectures, model_type: type } = parsed?.data ?? {};
  return architectures?.[0] ?? (type === "clip" ? "CLIPModel" : "");
}
