// Single images with a number of how good each is.

import { defineNode } from "./define-node.ts";
import { examplesOf, examplesParams } from "./examples-params.ts";

export const ratedImages = defineNode({
  type: "reward/rated-images",
  version: 1,
  title: "Rated Images",
  help: "Images with a number each that says how good it is, as LAION's aesthetic predictor was trained from.",
  synonyms: ["Image Ratings", "Aesthetic Dataset", "AVA", "SAC", "Scored Images"],
  inputs: {},
  outputs: {
    images: { kind: "rated images", label: "Images", help: "What is trained from." },
    heldBack: { kind: "rated images", label: "Held back", help: "Images that are not trained from." },
  },
  params: examplesParams("images", "ratings.jsonl or ratings.csv", "ratings"),
  compile({ params, call }) {
    const { learned, heldBack } = examplesOf("rated images", params, call);
    return { outputs: { images: learned, heldBack } };
  },
});
