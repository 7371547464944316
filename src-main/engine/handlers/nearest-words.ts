// Answers `nearestWords`: which words the tokens of a learned embedding lie next to.

import type { ApiHandlers } from "../../common/api.ts";
import { nearestWords as findNearest } from "../../sampling/nearest-words.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { withLearnedPlaces } from "../open-understanding.ts";

export const nearestWords: ApiHandlers["nearestWords"] = ({ count, words, ...input }, context) =>
  withLearnedPlaces(input, context, ({ places, pipeline, encoder }) =>
    findNearest(places, pipeline, encoder, {
      count,
      words,
      onProgress: progressReporter("encoding", context.emit, { unit: "words" }),
    }),
  );
