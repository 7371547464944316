// A text encoder whose last layer was trained, as a run saves it: with numbers that a test gives.

import { floatTensor } from "../../common/tensor.ts";
import type { Pipeline } from "../../models/pipeline.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { openHost } from "../../sampling/open-host.ts";
import { trainedTextEncoderKind } from "../trained-text-encoder.ts";

const SETTINGS = { layers: 1, form: "transformers" } as const;
const ORIGIN = { createdWith: "a test", parameter: "t", program: {}, rewards: [], seed: 0, steps: 1, guidance: null };

/** @param offsets are added to the numbers of the tensors that they name; others stay as the pipeline has them */
export async function saveTextEncoder(
  folder: string,
  pipeline: Pipeline,
  offsets: (tensor: string) => ((index: number) => number) | undefined,
): Promise<void> {
  const host = openHost(new StageSessions("cpu"));
  const start = await trainedTextEncoderKind.initial(pipeline, SETTINGS, host);
  const trained = Object.entries(start).map(([name, tensor]) => {
    const offset = offsets(name);
    if (offset === undefined) return [name, tensor] as const;
    return [
      name,
      floatTensor(
        tensor.shape,
        tensor.data.map((n, i) => n + offset(i)),
      ),
    ] as const;
  });
  const save = await trainedTextEncoderKind.saver(pipeline, host, SETTINGS);
  save(folder, Object.fromEntries(trained), ORIGIN);
}
