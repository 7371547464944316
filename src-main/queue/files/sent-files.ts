// What a job needs of the coordinator's files: small ones are sent, weights are named by what they are.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { isEmbeddedName } from "../../common/embedded-name.ts";
import type { ModelIdentity, SentFile } from "../../common/queue/job.ts";
import { createIdentify } from "../../weights/identity.ts";
import { hashOf } from "../sign.ts";
import { LARGEST_SENT } from "../work-queue.ts";
import { fileWord, modelWord } from "./names.ts";

export interface SentFiles {
  /** The word that stands for a path in what is sent. @throws Refusal for what is not there */
  readonly wordOf: (path: string) => string;
  readonly models: () => readonly ModelIdentity[];
  readonly files: () => readonly SentFile[];
  /** Of the files that are sent. */
  readonly contents: () => readonly Uint8Array[];
  /** Where words stand for what lies on this machine. */
  readonly paths: () => Readonly<Record<string, string>>;
}

export function gatherFiles(): SentFiles {
  const identify = createIdentify();
  const models = new Map<string, ModelIdentity>();
  const files = new Map<string, { readonly file: SentFile; readonly bytes: Uint8Array }>();
  const words = new Map<string, string>();
  const describe = (path: string): string => {
    const { identity, bytes, isFolder } = unlessMissing(path, identify);
    const name = basename(path);
    // Smaller are a LoRA, an embedding, an image. Larger ones are taken for weights, which each machine keeps itself.
    if (isFolder || bytes > LARGEST_SENT) {
      models.set(identity, { identity, name, bytes });
      return modelWord(identity);
    }
    const content = readFileSync(path);
    const hash = hashOf(content);
    files.set(hash, { file: { hash, name }, bytes: content });
    return fileWord(hash);
  };
  return {
    wordOf(path) {
      if (isEmbeddedName(path)) return path;
      const word = words.get(path) ?? describe(path);
      words.set(path, word);
      return word;
    },
    models: () => [...models.values()],
    files: () => [...files.values()].map(({ file }) => file),
    contents: () => [...files.values()].map(({ bytes }) => bytes),
    paths: () => Object.fromEntries([...words].map(([path, word]) => [word, path])),
  };
}

function unlessMissing<T>(path: string, look: (path: string) => T): T {
  try {
    return look(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return refuse({
      code: "file-missing",
      at: { file: path },
      message: `this cannot be read, so that workers cannot be told what it is: ${error.message}`,
      help: "correct the path",
    });
  }
}
