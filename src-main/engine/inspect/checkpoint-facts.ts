// A model in a single file: which family it is of, which parts it holds, and whether they make a pipeline.

import { counted } from "../../common/counted.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { openPipeline } from "../../models/pipeline.ts";
import { openCheckpoint, PART_TITLES } from "../../models/single-file/checkpoint.ts";
import { findPart, type LaidOut } from "../../weights/layouts/index.ts";
import { isTorchFile, readWeights } from "../../weights/read-weights.ts";
import { textWidthOf, type WeightFamily, weightFamilyOf } from "../../weights/weight-families.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type File, notSupportedYet } from "./kind.ts";
import { describePart } from "./part-facts.ts";
import { pipelineFacts } from "./pipeline-facts.ts";
import { looksLikeSafetensors } from "./safetensors-facts.ts";
import { weightFacts } from "./weight-facts.ts";

export function isCheckpoint(file: File): boolean {
  return openFamily(file)?.family.outlook === "runs";
}

/** A network that belongs to a pipeline, or draws videos. */
export function isPartFile(file: File): boolean {
  return openFamily(file) !== undefined;
}

export function describeCheckpointFile(file: File): Description {
  const opened = openFamily(file);
  if (opened === undefined) throw new Error(`${file.path} was recognised as a checkpoint`);
  const { family, weights } = opened;
  const { path } = file;
  const parts = (family.parts ?? []).flatMap((name) => {
    const found = findPart(weights, name);
    const describe = () => describePart[name](openCheckpoint(path).part(name));
    return found === undefined ? [] : [{ name, found, ...attempt(describe) }];
  });
  // Others are parts of a pipeline, or draw no pictures.
  const { value: pipeline, problems } =
    family.outlook === "runs" ? attempt(() => openPipeline(path)) : { value: undefined, problems: [] };
  const width = textWidthOf(weights);
  const ownProblems = parts.flatMap((part) => [...part.problems, ...(part.value?.problems ?? [])]);
  if (parts.length === 0 && family.outlook !== "runs") {
    ownProblems.push(
      notSupportedYet(path, "a tensor is missing by which the network would be known", "download it again"),
    );
  }
  return {
    title: family.title,
    ...(pipeline === undefined ? {} : { space: pipeline.space.id }),
    facts: [
      ...(pipeline === undefined ? [] : [...pipelineFacts(pipeline), PREDICTION]),
      ...(width === undefined ? [] : [fact("text width", width)]),
      ...weightFacts(weights),
    ],
    components: parts.map(({ name, found: { layout, means }, value }) => ({
      name,
      title: PART_TITLES[name],
      facts: [fact("layout", layout.title), ...(means === undefined ? [] : [TRAINED_OF_TWO]), ...(value?.facts ?? [])],
    })),
    problems: [...(ownProblems.length > 0 ? ownProblems : problems), ...strangers(path, weights, parts)],
  };
}

/** Of training, of the noise that is computed anew, and of parts that are held but not drawn with. */
const IDLE =
  /^(betas|\w*alphas_cumprod\w*|posterior_\w+|logvar|lvlb_weights|scale_factor|scale_arr|global_step|n_averaged|num_updates|decay)$|^(model_ema|denoiser|optimizer_states|cond_stage_model|conditioner|first_stage_model)\./;
const MOST_NAMED = 3;

/** Tensors of no network that is known: nothing here reads them, and whoever merged them in may have meant something by it. */
function strangers(file: string, weights: WeightMap, parts: readonly { readonly found: LaidOut }[]): Diagnostic[] {
  if (parts.length === 0) return [];
  const others = parts.map(({ found }) => new Set(found.others));
  const names = [...weights.keys()].filter((name) => !IDLE.test(name) && others.every((other) => other.has(name)));
  if (names.length === 0) return [];
  const shown = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ", …" : "");
  return [
    {
      severity: "warning",
      code: "weights-unknown",
      at: { file },
      message: `the file also holds ${counted(names.length, "tensor")} of no network that is known: ${shown}`,
      help: "they are not read; if the model was made to work with them, it will not be the same here",
    },
  ];
}

/** A single file does not tell it, and a trial runs the network. */
const PREDICTION = fact("prediction", "found out by a trial when it is first used, unless --prediction says it");

const TRAINED_OF_TWO = fact("two sets", "those as trained are used; the running means (EMA) with --ema");

function openFamily(file: File): { readonly family: WeightFamily; readonly weights: WeightMap } | undefined {
  if (!looksLikeSafetensors(file) && !isTorchFile(file.path)) return undefined;
  const { value: weights } = attempt(() => readWeights(file.path));
  const family = weights && weightFamilyOf(weights);
  return weights !== undefined && family?.parts !== undefined ? { family, weights } : undefined;
}
