// Models of Stable Diffusion 1.5's size with random weights, written once by the peer's Python into a folder outside of the repository.

import { spawn } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { embedded } from "../../src-main/models/embedded.ts";
import { makeFolder } from "../../src-main/weights/atomic-write.ts";
import type { SpeedCase } from "./cases.ts";

export interface Models {
  readonly pipeline: string;
  readonly reward: string;
}

const SCRIPT = fileURLToPath(new URL("../full-size/write_pipeline.py", import.meta.url));
/** By the kind that the script writes. */
const FOLDERS = { sd15: "sd15", reward: "vit-l" } as const;

export function modelsOf({ models }: Pick<SpeedCase, "models">, cache: string): Models {
  if (models === "emoji") return { pipeline: embedded.pipeline, reward: embedded.rewards.preference };
  return { pipeline: join(cache, FOLDERS.sd15), reward: join(cache, FOLDERS.reward) };
}

export function areThere({ pipeline, reward }: Models): boolean {
  return existsSync(pipeline) && existsSync(reward);
}

/** 6 GB, in half a minute. @param say hears of each that is written */
export async function writeModels(cache: string, peer: string, say: (line: string) => void): Promise<void> {
  makeFolder(cache);
  for (const [kind, name] of Object.entries(FOLDERS)) {
    const folder = join(cache, name);
    if (existsSync(folder)) continue;
    say(`writing random weights into ${folder}`);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    await run(peer, [SCRIPT, kind, unfinished]);
    renameSync(unfinished, folder);
  }
}

function run(program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${SCRIPT} ended with ${code}`))));
  });
}
