// Models that come with two sets of the UNet's weights: as trained, and running means of them over the training (EMA).

import { refuse } from "../common/diagnostic.ts";

/** For a choice where there is none: nothing in a file tells which of the two its only set is. */
export function refuseOneSet(file: string): never {
  refuse({
    code: "weights-one-set",
    at: { file },
    message:
      "there is one set of the UNet's weights here, so that running means (EMA) and weights as trained cannot be chosen between",
    help: "leave the choice out (`ema` in a recipe); single files with both have tensors called model_ema.…, folders a file called ….non_ema.… in unet/",
  });
}
