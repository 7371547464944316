// All that is shown of a run: previews along it, and comparisons and per-sample parameters at its end.

import { stepsOf } from "../common/program/program.ts";
import { refineSamples } from "../learning/per-sample.ts";
import type { OpenViews } from "../learning/run-views.ts";
import { openLatentPreview } from "../sampling/latent-preview.ts";
import { openPreviews } from "../sampling/previews.ts";
import { drawComparisons, imagesToCompare } from "./comparisons.ts";

export const openRunViews: OpenViews = async (run, { folder, emit, provenance }) => {
  const started = performance.now();
  const observer = openLatentPreview(folder, emit);
  const steps = stepsOf(run.opened.program);
  const previews = openPreviews(run, { folder, steps, emit, observer, provenance });
  return {
    ...previews,
    imagesAfter: () => imagesToCompare(run, folder),
    async finish(learned) {
      const reports = await drawComparisons(run, learned, { folder, emit, started, observer, provenance });
      await refineSamples(run, learned, { folder, emit, provenance });
      return reports;
    },
  };
};
