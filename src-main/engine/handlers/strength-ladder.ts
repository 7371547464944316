// Answers `strengthLadder`: the same images at several strengths of a learned embedding, as files and with their rewards.

import { join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import {
  LADDER_FILE,
  strengthLadder as ladderSchema,
  type StrengthLadder,
} from "../../common/embedding-understanding.ts";
import { imageParameters, LEARNED_NEGATIVE } from "../../pictures/image-parameters.ts";
import { writePng } from "../../pictures/picture.ts";
import { imageFacts } from "../../sampling/image-facts.ts";
import { DRAWN, SCORE } from "../../sampling/image-program.ts";
import { contextAt } from "../../sampling/learned-places.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { makeFolder, writeFileAtomically } from "../../weights/atomic-write.ts";
import { openDrawing, withLearnedPlaces } from "../open-understanding.ts";

export const strengthLadder: ApiHandlers["strengthLadder"] = (input, context) => {
  const started = performance.now();
  const folder = resolve(input.out);
  return withLearnedPlaces(input, context, async (opened) => {
    const { run, requests, draw } = await openDrawing(input, context, opened);
    makeFolder(folder);
    const report = progressReporter("drawing", context.emit, { unit: "images" });
    const total = input.strengths.length * requests.length;
    const rungs: StrengthLadder["rungs"] = [];
    const facts = imageFacts(run.opened.program, DRAWN);
    for (const [i, strength] of input.strengths.entries()) {
      const { pictures, rewards } = await draw(await contextAt(opened.places, strength), requests, (images) =>
        report(i * requests.length + images, total),
      );
      const files: string[] = [];
      for (const [image, picture] of pictures.entries()) {
        const { prompt, seed } = requests[image] ?? { prompt: "", seed: 0 };
        const file = `strength-${strength.toFixed(3)}-${String(image + 1).padStart(3, "0")}.png`;
        const negative = `${LEARNED_NEGATIVE} at ${strength}`;
        const parameters = imageParameters({ ...facts, prompt, seed, negative, pipeline: input.pipeline });
        await writePng(join(folder, file), picture, { parameters });
        files.push(file);
      }
      rungs.push({ strength, rewards: [...rewards], files });
    }
    const reward = run.opened.open(SCORE, "score").name;
    const ladder = ladderSchema.parse({
      reward,
      prompts: requests.map(({ prompt }) => prompt),
      seed: input.seed,
      rungs,
    });
    writeFileAtomically(join(folder, LADDER_FILE), `${JSON.stringify(ladder, null, 2)}\n`);
    return { ...ladder, folder, device: opened.sessions.device, seconds: (performance.now() - started) / 1000 };
  });
};
