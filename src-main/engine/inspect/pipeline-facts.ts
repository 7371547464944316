// A whole pipeline: what each part is, and whether the parts belong together.

import { statSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { printSpace } from "../../common/embedding-space.ts";
import { parseSchedulerConfig } from "../../diffusion/scheduler-config.ts";
import { hashWeights } from "../../models/hash-weights.ts";
import { readModelIndex } from "../../models/model-index.ts";
import { pipelineParts } from "../../models/pipeline-folder.ts";
import type { SchedulerSource } from "../../models/pipeline-source.ts";
import { openPipeline, type Pipeline } from "../../models/pipeline.ts";
import { attempt } from "./attempt.ts";
import { componentKindOf } from "./component-kinds.ts";
import { type Description, fact, type Fact, type Folder } from "./kind.ts";
import { printBytes, printCount } from "./quantities.ts";
import { parameterCount, storedBytes } from "./weight-facts.ts";

export function describePipeline({ path, entries }: Folder): Description {
  const parts = entries.filter((name) => isFolder(join(path, name))).flatMap((name) => describePart(path, name));
  const weights = parts.flatMap(({ value }) => value?.weights ?? []);
  const { value: pipeline, problems } = attempt(() => openPipeline(path));
  const { value: index } = attempt(() => readModelIndex(path));
  // Parts that no picture depends on, such as a safety checker, are no problem of the pipeline.
  const needed = parts.filter(({ name }) => pipelineParts.some((part) => part === name));
  return {
    ...(index === undefined ? {} : { title: index.pipeline }),
    ...(pipeline === undefined ? {} : { space: pipeline.space.id }),
    facts: [
      ...(pipeline === undefined ? [] : pipelineFacts(pipeline)),
      fact("parameters", printCount(weights.reduce((sum, map) => sum + parameterCount(map), 0))),
      fact("size", printBytes(weights.reduce((sum, map) => sum + storedBytes(map), 0))),
    ],
    components: parts.map(({ name, title, value }) => ({
      name,
      title: value?.title ?? title,
      facts: value?.facts ?? [],
    })),
    problems: isOfOtherFamily(problems)
      ? problems
      : unique([...needed.flatMap((part) => [...part.problems, ...(part.value?.problems ?? [])]), ...problems]),
  };
}

function describePart(path: string, name: string) {
  const folder = join(path, name);
  const kind = componentKindOf(folder);
  return kind === undefined ? [] : [{ name, title: kind.title, ...attempt(() => kind.describe(folder)) }];
}

export function pipelineFacts({ defaultSize, latentChannels, vaeFactor, space, unet, scheduler }: Pipeline): Fact[] {
  const { height, width } = defaultSize;
  return [
    fact("picture", `${width}×${height} pixels`),
    fact("latents", `${latentChannels} channels of ${height / vaeFactor}×${width / vaeFactor}`),
    fact("text embedding", printSpace(space)),
    fact("UNet weights", hashWeights(unet.weights)),
    ...repairs(scheduler),
  ];
}

/** What of the sampler's config is read otherwise than it is written. */
function repairs({ text, file, meant = {} }: SchedulerSource): Fact[] {
  // What is wrong with the file is told of the sampler itself.
  const { value } = attempt(() => parseSchedulerConfig(text, file));
  if (value === undefined) return [];
  const written: Readonly<Record<string, unknown>> = value;
  const others = Object.entries(meant).filter(([key, value]) => written[key] !== value);
  if (others.length === 0) return [];
  const told = others.map(([key, value]) => `${key} ${String(value)} in place of ${String(written[key])}`);
  return [fact("sampler", `${told.join(", ")}, as StableDiffusionPipeline (diffusers) loads such files`)];
}

/** What its parts lack to be those of another one is then no news. */
function isOfOtherFamily(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === "pipeline-unsupported");
}

/** A fault of one part is also found when the whole is opened. */
function unique(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
