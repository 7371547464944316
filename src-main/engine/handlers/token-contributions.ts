// Answers `tokenContributions`: what each token of a learned embedding is worth.

import type { ApiHandlers } from "../../common/api.ts";
import { contributionsOf } from "../../evaluation/contributions.ts";
import { SCORE } from "../../sampling/image-program.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { openDrawing, withLearnedPlaces } from "../open-understanding.ts";

export const tokenContributions: ApiHandlers["tokenContributions"] = (input, context) => {
  const started = performance.now();
  return withLearnedPlaces(input, context, async (opened) => {
    const { places, sessions } = opened;
    const { run, requests, draw } = await openDrawing(input, context, opened);
    const found = await contributionsOf(
      places,
      async (negative, onProgress) => (await draw(negative, requests, onProgress)).rewards,
      {
        images: input.images,
        group: input.group,
        onProgress: progressReporter("drawing", context.emit, { unit: "images" }),
      },
    );
    return {
      kind: places.kind,
      reward: run.opened.open(SCORE, "score").name,
      images: input.images,
      ...found,
      parts: [...found.parts],
      device: sessions.device,
      seconds: (performance.now() - started) / 1000,
    };
  });
};
