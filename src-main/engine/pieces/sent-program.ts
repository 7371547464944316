// A program as it was sent: its paths are words for files that this machine has been told of, and nothing else of it is opened.

import { refuse } from "../../common/diagnostic.ts";
import { isEmbeddedName } from "../../common/embedded-name.ts";
import type { Program } from "../../common/program/program.ts";
import type { PieceTask } from "../../common/queue/piece-task.ts";
import type { BlobHash } from "../../common/queue/piece.ts";
import { parseProgram } from "../../learning/program-file.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { mapPaths } from "../../program/program-paths.ts";

type Sent = Pick<PieceTask, "blobs" | "paths">;

/** @throws Refusal if it names a file of its own choice */
export function readSentProgram(hash: BlobHash, { blobs, paths }: Sent): Program {
  return mapPaths(parseProgram(readSentJson(hash, blobs), "program"), programFunctions, (word) =>
    pathOfWord(word, paths),
  );
}

/** Of what a piece names. */
export function readSentJson(hash: BlobHash, blobs: Sent["blobs"]): unknown {
  return JSON.parse(new TextDecoder().decode(sentBytes(hash, blobs)));
}

export function sentBytes(hash: BlobHash, blobs: Sent["blobs"]): Uint8Array {
  const bytes = blobs[hash];
  if (bytes === undefined) throw new Error(`a piece came without ${hash}`);
  return bytes;
}

/** Whoever may write to the queue must not choose what is read here. @throws Refusal for what was not sent with the job */
export function pathOfWord(word: string, paths: Sent["paths"]): string {
  if (isEmbeddedName(word)) return word;
  const path = Object.hasOwn(paths, word) ? paths[word] : undefined;
  if (path !== undefined && path !== "") return path;
  return refuse({
    code: "piece-foreign",
    at: { stage: "workers", part: word },
    message: "this piece names a file that was not sent with its job",
    help: "it was written by another version, or by somebody who may not",
  });
}
