// The kinds of folders, the most telling first. One row a kind.

import { join } from "node:path";
import { RUN_MARKERS } from "../../common/run-files.ts";
import { pointToModels } from "../../models/models-inside.ts";
import { PAIRS } from "../../preferences/read-pairs.ts";
import { RATINGS } from "../../preferences/read-ratings.ts";
import { usualTable } from "../../preferences/table.ts";
import { readJson } from "../../weights/json-file.ts";
import { componentKindOf } from "./component-kinds.ts";
import { describePairs, describeRatings } from "./example-facts.ts";
import { type Description, fact, type Folder, type Kind, wrongThing } from "./kind.ts";
import { describePipeline } from "./pipeline-facts.ts";
import { describeReward, isReward } from "./reward-facts.ts";
import { describeReport, describeRun } from "./run-facts.ts";

export const folderKinds: readonly Kind<Folder>[] = [
  {
    kind: "pipeline",
    title: "diffusion pipeline",
    recognise: ({ entries }) => entries.includes("model_index.json") || entries.includes("unet"),
    describe: describePipeline,
  },
  {
    kind: "run",
    title: "run of `reneg train`",
    recognise: ({ entries }) => RUN_MARKERS.some((name) => entries.includes(name)),
    describe: describeRun,
  },
  {
    kind: "report",
    title: "evaluation of a learned embedding",
    recognise: ({ entries }) => entries.includes("report.json"),
    describe: ({ path }) => {
      const file = join(path, "report.json");
      return describeReport(readJson(file), file);
    },
  },
  {
    kind: "pairs",
    title: "pairs of images",
    recognise: ({ path }) => usualTable(path, PAIRS) !== undefined,
    describe: describePairs,
  },
  {
    kind: "ratings",
    title: "rated images",
    recognise: ({ path }) => usualTable(path, RATINGS) !== undefined,
    describe: describeRatings,
  },
  {
    kind: "reward",
    title: "reward",
    recognise: ({ path }) => isReward(path),
    describe: ({ path }) => describeReward(path),
  },
  {
    kind: "component",
    title: "part of a model",
    recognise: ({ path }) => componentKindOf(path) !== undefined,
    describe: describeComponent,
  },
  {
    kind: "unknown",
    title: "folder of no known kind",
    recognise: () => true,
    describe: describeOther,
  },
];

function describeComponent({ path }: Folder): Description {
  const kind = componentKindOf(path);
  if (kind === undefined) throw new Error(`${path} was recognised as a component`);
  return { title: kind.title, ...kind.describe(path) };
}

function describeOther({ path, entries }: Folder): Description {
  const shown = entries.slice(0, 12).join(", ") + (entries.length > 12 ? `, … (${entries.length} in all)` : "");
  const help = pointToModels(path, "give the folder that holds model_index.json or config.json, or one of the files");
  return {
    facts: [fact("holds", shown || "nothing")],
    problems: [wrongThing(path, "this is neither a pipeline nor a part of one, and no run", help)],
  };
}
