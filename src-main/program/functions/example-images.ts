// The images of pairs and of ratings, each of the size at which a reward looks at it.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { floatTensor } from "../../common/tensor.ts";
import { fitPicture, fittedSize } from "../../models/reward/fit-picture.ts";
import { defineFunction } from "../function.ts";
import type { ImageOfExample, OpenedExamples, OpenedImage, OpenedReward } from "../values.ts";

export const pairImage = defineFunction({
  name: "pair image",
  help: "One of the two images of a pair, of the size at which a reward looks at it.",
  inputs: { pairs: { kind: "pairs" }, reward: { kind: "reward" } },
  output: "image",
  settings: z.strictObject({ which: z.enum(["better", "worse"]) }),
  infer: ({ inputs: { pairs } }) => ({ prompts: pairs.ref }),
  open: ({ ref, inputs: { pairs, reward }, settings: { which } }) => imageOf(ref, pairs, reward, which),
});

export const ratedImage = defineFunction({
  name: "rated image",
  help: "An image that people said something of, of the size at which a reward looks at it.",
  inputs: { images: { kind: "rated images" }, reward: { kind: "reward" } },
  output: "image",
  settings: z.strictObject({}),
  infer: ({ inputs: { images } }) => ({ prompts: images.ref }),
  open: ({ ref, inputs: { images, reward } }) => imageOf(ref, images, reward, "rated"),
});

function imageOf(ref: string, examples: OpenedExamples, { base }: OpenedReward, which: ImageOfExample): OpenedImage {
  const { preprocessing } = base.clip;
  const size = fittedSize(preprocessing) ?? refuseSizes(base.path);
  const { height, width } = size;
  const of = async (place: number) => fitPicture(await examples.image(place, which), size, preprocessing);
  const texts = examples.places.map(examples.textOf);
  return {
    ref,
    size: { height, width },
    frames: 1,
    prompts: texts.every((text) => text === "") ? null : { ref: examples.ref, texts, words: (text) => text },
    example: { examples: examples.ref, of },
    lower: (lowering) => {
      const image = lowering.input(`image ${ref}`, [lowering.batch, 3, height, width], {
        rate: "example",
        examples: examples.ref,
        key: `image ${ref}`,
        of: async (place) => floatTensor([1, 3, height, width], (await of(place)).data),
      });
      // It may be told as it is, and no graph gives what it takes.
      return lowering.b.op("Identity", [image], {});
    },
  };
}

function refuseSizes(file: string): never {
  refuse({
    code: "reward-sizes",
    at: { file },
    message: "this model looks at images of any size, and pairs have to be of one",
    help: "choose a model whose preprocessor_config.json says a size",
  });
}
