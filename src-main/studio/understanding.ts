// Answers what the editor asks of a learned embedding: with pipeline, sampler, reward and prompts of the run that has learned it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ApiClient } from "../common/api.ts";
import { refuse } from "../common/diagnostic.ts";
import { callOf, callsBelow, leadOf, program as programSchema } from "../common/program/program.ts";
import { promptTexts } from "../common/program/prompt-texts.ts";
import { PROGRAM_FILE } from "../common/run-files.ts";
import { pipelineOptions, schedulerName } from "../common/sampling.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import type { understandingApi } from "../common/studio/understanding.ts";
import type { Home } from "./home.ts";
import { runUrl } from "./run-files.ts";
import { readShownRun } from "./run-folder.ts";

/** Of the images along strengths, in the run's folder. */
const STRENGTHS_FOLDER = "strengths";
/** Images that a slider shows. */
const SHOWN = 4;

const pipelineSettings = z.object({ path: z.string(), ...pipelineOptions });
const samplerSettings = z.object({ scheduler: schedulerName.optional(), steps: z.int().optional() });

export interface UnderstandingOptions {
  readonly worker: ApiClient;
  readonly isAtWork: () => boolean;
}

export function understandingHandlers(
  home: Home,
  { worker, isAtWork }: UnderstandingOptions,
): Pick<StudioHandlers, keyof typeof understandingApi> {
  const asked = (run: string) => {
    if (isAtWork()) refuseBusy();
    return learnedBy(join(home.runs, run));
  };
  return {
    async drawStrengths({ run }, { emit, signal }) {
      const out = join(home.runs, run, STRENGTHS_FOLDER);
      const { reward, prompts, rungs } = await worker.strengthLadder(
        { ...asked(run), out, images: SHOWN },
        { signal, onEvent: emit },
      );
      const drawn = Date.now();
      return {
        reward,
        prompts,
        rungs: rungs.map(({ strength, rewards, files }) => ({
          strength,
          rewards,
          urls: files.map((file) => runUrl(run, `${STRENGTHS_FOLDER}/${file}`, drawn)),
        })),
      };
    },
    nearestWords: ({ run }, { emit, signal }) => worker.nearestWords(asked(run), { signal, onEvent: emit }),
    contributions: ({ run }, { emit, signal }) => worker.tokenContributions(asked(run), { signal, onEvent: emit }),
  };
}

/** The file of a run's leading optimizer, and what it was learned with. @throws Refusal for a run of an earlier version */
function learnedBy(folder: string) {
  const saveAs = readShownRun(folder)?.saveAs ?? "";
  const program = programSchema.safeParse(parsed(join(folder, PROGRAM_FILE))).data;
  if (program === undefined || saveAs === "") return refuseUnknown(folder);
  const { update } = leadOf(program);
  const below = callsBelow(program, [update.objective]).map((name) => callOf(program, name));
  const { path: pipeline, ...options } = pipelineSettings.parse(below.find(({ fn }) => fn === "unet")?.settings ?? {});
  const sampler = samplerSettings.parse(below.find(({ fn }) => fn === "sample")?.settings ?? {});
  const reward = below.find(({ fn }) => fn === "score")?.settings["path"];
  const prompts = below.find(({ fn }) => fn === "prompts");
  const texts = prompts === undefined ? [] : (promptTexts(prompts) ?? []);
  return {
    embedding: join(folder, saveAs),
    pipeline,
    ...options,
    ...sampler,
    ...(typeof reward === "string" ? { reward } : {}),
    ...(texts.length === 0 ? {} : { prompts: texts }),
  };
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function refuseUnknown(file: string): never {
  return refuse({
    code: "run-foreign",
    at: { file },
    message: "this run keeps no program that says what it was learned with",
    help: "look into its file by the command line",
    command: "`reneg embedding nearest FILE --pipeline PIPELINE`",
  });
}

function refuseBusy(): never {
  return refuse({
    code: "understand-busy",
    at: { stage: "engine" },
    message: "what was learned cannot be looked into while a run is at work",
    help: "wait for it, or pause it",
  });
}
