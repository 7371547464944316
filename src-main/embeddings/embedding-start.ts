// What an embedding was learned from: where a strength of 0 leads.

import { basename } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { embeddingStart, type EmbeddingStart } from "../common/embedding-strength.ts";
import type { Negative } from "../common/sampling.ts";
import type { PromptWeights } from "../common/text-reading.ts";
import type { LearnedEmbedding, TokenEmbedding } from "./embedding-file.ts";

/** As a file tells it, without paths of this machine. */
export function startToKeep(start: Negative, promptWeights: PromptWeights): EmbeddingStart {
  switch (start.kind) {
    case "none":
      return start;
    case "text":
      return { ...start, promptWeights };
    case "embedding":
      return { ...start, file: basename(start.file) };
  }
}

export interface StartText {
  readonly text: string;
  readonly promptWeights: PromptWeights;
}

const EMPTY: StartText = { text: "", promptWeights: "none" };

/**
 * The text that an embedding was learned from; files that do not tell are taken to have begun as the empty text.
 * @throws Refusal for one that was learned on from another file, whose numbers are not known here
 */
export function startTextOf({ file, ...embedding }: LearnedEmbedding | TokenEmbedding): StartText {
  const start = embedding.kind === "tokens" ? embedding.start : (embedding.metadata?.start ?? null);
  if (start === null || start.kind === "none") return EMPTY;
  if (start.kind === "text") return { text: start.text, promptWeights: start.promptWeights };
  return refuse({
    code: "start-elsewhere",
    at: { file },
    message: `this embedding was learned on from ${start.file}, from which its strength would be counted`,
    help: "average the two files instead: weights of 1 − strength and strength give the same",
    command: "`reneg embedding combine FILE OTHER --weights 0.5,0.5 -o half.safetensors`",
  });
}

/** Of the text beside word vectors. @returns `null` where it says nothing of it */
export function parseStart(text: string | undefined): EmbeddingStart | null {
  if (text === undefined) return null;
  try {
    const json: unknown = JSON.parse(text);
    const start = typeof json === "object" && json !== null && "start" in json ? json.start : null;
    return embeddingStart.safeParse(start).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
