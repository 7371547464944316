// Scores the images of pairs by a reward, each image once for its prompt: those of a ranking stand in many pairs.

import { counted } from "../common/counted.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import { type ImageSource, nameOfSource, type PairExample } from "../common/example.ts";
import type { ScoredPair } from "../common/pair-scoring.ts";
import { readExampleImage } from "../preferences/read-example-image.ts";
import type { RewardScorer } from "./reward-scorer.ts";

interface ScorePairsOptions {
  /** The table's file, for messages. */
  readonly table: string;
  /** Different images that are scored, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

interface ScoredPairs {
  readonly pairs: readonly ScoredPair[];
  /** Where the reward sees something else than a person does, each once. */
  readonly warnings: readonly Diagnostic[];
}

/** @throws Refusal with the row of an image that cannot be read */
export async function scorePairs(
  examples: readonly PairExample[],
  scorer: RewardScorer,
  { table, onProgress }: ScorePairsOptions,
): Promise<ScoredPairs> {
  const isReading = scorer.reward.text !== null;
  const sides = examples.flatMap(({ better, worse, row, prompt }) =>
    [better, worse].map((image) => ({ image, row, prompt: isReading ? prompt : "" })),
  );
  const images = Map.groupBy(sides, ({ image }) => identityOf(image));
  const prompts = new Map([...images].map(([key, ofImage]) => [key, new Set(ofImage.map(({ prompt }) => prompt))]));
  const total = [...prompts.values()].reduce((sum, { size }) => sum + size, 0);
  const scores = new Map<Identity, ReadonlyMap<string, number>>();
  const warnings: Diagnostic[] = [];
  let done = 0;
  for (const [key, [first]] of images) {
    if (first === undefined) continue;
    const { picture, warnings: told } = await readExampleImage(first.image, table, first.row);
    warnings.push(...told);
    const ofImage = new Map<string, number>();
    for (const prompt of prompts.get(key) ?? []) {
      ofImage.set(prompt, await scorer.score(picture, prompt));
      await onProgress(++done, total);
    }
    scores.set(key, ofImage);
  }
  const scored = (image: ImageSource, { prompt, row }: PairExample): ScoredPair["better"] => ({
    image: nameOfSource(image) ?? `row ${row}`,
    score: scores.get(identityOf(image))?.get(isReading ? prompt : "") ?? NaN,
  });
  return {
    warnings: eachOnce(warnings),
    pairs: examples.map((pair) => ({
      row: pair.row,
      prompt: pair.prompt,
      better: scored(pair.better, pair),
      worse: scored(pair.worse, pair),
      tie: pair.isTie,
    })),
  };
}

type Identity = string | Uint8Array;

function identityOf(image: ImageSource): Identity {
  return image.kind === "file" ? image.file : image.bytes;
}

function eachOnce(warnings: readonly Diagnostic[]): Diagnostic[] {
  return [...Map.groupBy(warnings, ({ message }) => message).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    return [{ ...first, message: `${first.message}; the same is true of ${counted(others.length, "other image")}` }];
  });
}
