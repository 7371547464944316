// A head of one's own over a CLIP, trained here from preferences or ratings.

import { basename } from "node:path";
import { refuse } from "../../../common/diagnostic.ts";
import { readAll } from "../../scope.ts";
import { looseFileWith } from "../reward-files.ts";
import { openBase } from "../trained/base-reward.ts";
import { readHeadFacts } from "../trained/head-file.ts";
import { headInput, headShapes, lowerHead } from "../trained/head.ts";
import type { RewardKind } from "./kind.ts";

const MARK = "head.0.weight";

export const trainedHead: RewardKind = {
  name: "trained-head",
  title: "Trained reward head",
  recognise: (files) => looseFileWith(files, MARK) !== undefined,
  open(files, options) {
    const { file = files.path, tensors = new Map() } = looseFileWith(files, MARK) ?? {};
    const facts = readHeadFacts(file) ?? refuseFacts(file);
    const base = openBase(file, facts.base, options);
    const { clip, text } = base;
    const shapes = headShapes(facts, clip.width);
    const isReading = facts.features === "image and prompt";
    return {
      name: basename(file),
      path: files.path,
      weights: new Map([...base.weights, ...tensors]),
      facts: {
        ...base.facts,
        score: isReading ? "how much images for their prompts are preferred" : "how much images are preferred",
        "base model": facts.base.name,
        head: facts.hidden === 0 ? "one linear layer" : `two linear layers with ${facts.hidden} numbers between them`,
      },
      text: isReading ? text : null,
      score: (b, image, { text: prompt }) => {
        const x = headInput(b, clip.embed(b, image), isReading ? prompt : undefined);
        return readAll(b, tensors, { file }, (scope) =>
          lowerHead(b, facts, x, (name) => scope.weight(name, shapes[name] ?? [])),
        );
      },
    };
  },
};

function refuseFacts(file: string): never {
  refuse({
    code: "reward-damaged",
    at: { file },
    message: "this looks like a trained reward head, but does not say of which base model",
    help: "keep its metadata when it is copied or converted",
  });
}
