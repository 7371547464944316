// The model that a reward of one's own looks through, and what a new one begins with.

import { z } from "zod";
import { seed } from "../src-main/common/limits.ts";

export const baseModelParams = {
  path: z.string().min(1, "no base model is chosen").meta({
    label: "Base model",
    help: "A CLIP, HPSv2 or PickScore, which stays as it is.",
    control: "folder",
    offers: "reward",
  }),
};

export const beginParams = {
  start: z.string().default("").meta({
    label: "Start",
    help: "One of the same form to go on from.",
    control: "file",
    offers: "reward",
    empty: "a new one",
  }),
  seed: seed.default(0).meta({
    label: "Seed",
    help: "Of the numbers that a new one begins with.",
    control: "seed",
  }),
};
