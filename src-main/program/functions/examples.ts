// What people have said of images: which of two is better, or how good one is. A part of it is learned from, and a part held back.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import type { PairExample, RatedExample } from "../../common/example.ts";
import { seed } from "../../common/limits.ts";
import { filePath } from "../../common/path-name.ts";
import { atPlace } from "../at-node.ts";
import { defineFunction } from "../function.ts";
import type { Host, SplitExamples } from "../host.ts";
import type { OpenedExamples } from "../values.ts";

const settings = z.strictObject({
  /** A table, or the folder that it lies in with its images. */
  source: filePath,
  part: z.enum(["learned", "held back"]).default("learned"),
  /** Of all that is held back. */
  share: z.number().min(0).max(0.9).default(0.2),
  /** Of which are held back. */
  seed: seed.default(0),
  /** Of the table that a run began with: what is rated later belongs to another run. */
  digest: z.string().exactOptional(),
});
type Settings = z.output<typeof settings>;

function isEmpty({ part, share }: Settings): boolean {
  return part === "held back" && share === 0;
}

export const preferencePairs = defineFunction({
  name: "preference pairs",
  help: "Pairs of images of which people said which is better.",
  inputs: {},
  output: "pairs",
  settings,
  paths: ["source"],
  infer: ({ settings: chosen }) => (isEmpty(chosen) ? { isEmpty: true } : {}),
  freeze: (chosen, { pairsDigest }) => ({ ...chosen, digest: pairsDigest(chosen.source) }),
  open({ ref, settings: chosen, host }) {
    const list = atSource(() => host.pairs(chosen.source, chosen));
    const opened = openExamples(list, { ref, chosen, host }, (pair, which) => {
      if (which === "rated") throw new Error("a pair has two images");
      return pair[which];
    });
    // Of two that are as good as each other none can be told right.
    const places = opened.places.filter((place) => chosen.part === "learned" || list.examples[place]?.isTie === false);
    if (places.length === 0) refuseEmpty(list.file, chosen);
    return { ...opened, of: "pair", places, said: (place) => (exampleAt(list, place).isTie ? 0.5 : 1) };
  },
});

export const ratedImages = defineFunction({
  name: "rated images",
  help: "Images that people said of how good they are.",
  inputs: {},
  output: "rated images",
  settings,
  paths: ["source"],
  infer: ({ settings: chosen }) => (isEmpty(chosen) ? { isEmpty: true } : {}),
  freeze: (chosen, { ratingsDigest }) => ({ ...chosen, digest: ratingsDigest(chosen.source) }),
  open({ ref, settings: chosen, host }) {
    const list = atSource(() => host.ratedImages(chosen.source, chosen));
    const opened = openExamples(list, { ref, chosen, host }, ({ image }) => image);
    if (opened.places.length === 0) refuseEmpty(list.file, chosen);
    return { ...opened, of: "rated image", said: (place) => exampleAt(list, place).rating };
  },
});

function atSource<List>(read: () => List): List {
  return atPlace({ param: "source" }, read);
}

interface Opening {
  readonly ref: string;
  readonly chosen: Settings;
  readonly host: Host;
}

function openExamples<Example extends PairExample | RatedExample>(
  list: SplitExamples<Example>,
  { ref, chosen, host }: Opening,
  sourceOf: (example: Example, which: Parameters<OpenedExamples["image"]>[1]) => Parameters<Host["exampleImage"]>[0],
): Omit<OpenedExamples, "said" | "of"> {
  return {
    ref,
    places: chosen.part === "learned" ? list.learned : list.heldBack,
    textOf: (place) => exampleAt(list, place).prompt,
    image(place, which) {
      const example = exampleAt(list, place);
      return host.exampleImage(sourceOf(example, which), list.file, example.row);
    },
  };
}

function exampleAt<Example>({ examples }: SplitExamples<Example>, place: number): Example {
  const found = examples[place];
  if (found === undefined) throw new Error(`there is no example ${place}`);
  return found;
}

function refuseEmpty(file: string, { part }: Settings): never {
  refuse({
    code: "examples-few",
    at: { file },
    message: part === "learned" ? "nothing is left to learn from" : "none are held back",
    help: part === "learned" ? "rate more images, or hold fewer back" : "rate more images, or hold more back",
  });
}
