// What a run has learned, applied to the models that its program names: each result in a folder of its own.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { APPLIED_FOLDER, APPLIED_RECORD } from "../common/applied-files.ts";
import { type ApplyRequest, applyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import { callOf, callsBelow, type Program, type Ref } from "../common/program/program.ts";
import { promptTexts } from "../common/program/prompt-texts.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import type { SinkOf } from "../common/program/sink.ts";
import type { RunEvent } from "../common/run-events.ts";
import { checkEmbeddingShape } from "../embeddings/check-embedding-fits.ts";
import { refuseOtherEncoderOf } from "../models/clip/same-encoder.ts";
import { modelPath } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { needsBase, type Target } from "../models/target/open-target.ts";
import { programFunctions } from "../program/functions/index.ts";
import { type PipelineChoice, pipelineChoice, textEncoder, unet } from "../program/functions/pipeline-parts.ts";
import { trainedTextEncoder } from "../program/functions/trained-text-encoder.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { writeApplied } from "../sampling/application/applied-folder.ts";
import { foreseeDrawing, refuseStrength } from "../sampling/application/open-application.ts";
import { carryOutApplication } from "./carry-out-application.ts";
import { openTargetOf } from "./open-target-of.ts";

export interface ApplyLearnedOptions {
  /** The run's folder. */
  readonly run: string;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Before anything is learned.
 * @throws Refusal if a model cannot be opened, reads other texts, cannot draw what is asked, or has not the memory for it
 */
export function checkApplications(program: Program, device: DeviceName, budget = memoryBudget(device)): void {
  for (const { parameter, request } of requestsOf(program, "")) {
    // Nothing is loaded.
    const options = { sessions: new StageSessions(device), budget };
    const target = openTargetOf(request);
    if (isEmbedding(program, parameter)) checkSpace(program, parameter, target);
    if (callOf(program, parameter).fn === trainedTextEncoder.name) checkEncoder(program, parameter, request, target);
    foreseeDrawing(request, target, options);
  }
}

function checkSpace(program: Program, parameter: Ref, target: Target): void {
  const { path, ...known } = pipelineOf(program, parameter);
  const { name, space } = openPipeline(path, known);
  const file = fileOf(program, parameter);
  const conditioning = { shape: [1, space.tokens, space.width] };
  const learned = { file, kind: "planned", space, conditioning, metadata: { base: { name } } } as const;
  checkEmbeddingShape(learned, { name: target.name, space: target.pipeline.space });
}

function checkEncoder(program: Program, parameter: Ref, request: ApplyRequest, target: Target): void {
  const { path, ...known } = pipelineOf(program, parameter);
  refuseOtherEncoderOf(openPipeline(path, known), target);
  refuseStrength(request);
}

function isEmbedding(program: Program, parameter: Ref): boolean {
  return programFunctions.get(callOf(program, parameter).fn)?.output === "embedding";
}

/** Results that are there already are kept. */
export async function applyLearned(
  program: Program,
  { run, device, emit, signal }: ApplyLearnedOptions,
): Promise<void> {
  for (const { folder, request } of requestsOf(program, run)) {
    const result = join(run, folder);
    if (existsSync(join(result, APPLIED_RECORD))) continue;
    await carryOutApplication(request, {
      device,
      emit,
      signal,
      result,
      write: (application, drawn) => writeApplied(result, application, drawn),
      phaseName: (phase, model) => `${phase} on ${model}`,
    });
    await emit({ type: "note", message: `applied: ${result}` });
  }
}

interface Request {
  readonly folder: string;
  readonly parameter: Ref;
  readonly request: ApplyRequest;
}

/** @param run the folder that holds what was learned */
function requestsOf(program: Program, run: string): Request[] {
  return sinksOfKind(program, "application").flatMap(
    ({ name, sink: { kind: _kind, parameter, prompts, ...application } }) => {
      const texts = promptTexts(callOf(program, prompts)) ?? noTexts(prompts);
      const embedding = join(run, fileOf(program, parameter));
      return texts.map((prompt, i): Request => {
        const parts = [APPLIED_FOLDER, ...(name === undefined ? [] : [name]), ...(texts.length === 1 ? [] : [i + 1])];
        const request = requestOf(pipelineOf(program, parameter), { ...application, embedding, prompt });
        return { folder: parts.join("-"), parameter, request };
      });
    },
  );
}

function noTexts(prompts: Ref): never {
  throw new Error(`${prompts} of a frozen program has no texts`);
}

/** @throws Error for a parameter that no file receives: programs save all that they learn */
function fileOf(program: Program, parameter: Ref): string {
  const found = sinksOfKind(program, "save").find(({ sink }) => sink.parameter === parameter);
  if (found === undefined) throw new Error(`nothing saves ${parameter}`);
  return found.sink.file;
}

/** Whose text encoder it stands in for, or whose part it changes. */
function pipelineOf(program: Program, parameter: Ref): PipelineChoice {
  const part = callsBelow(program, [parameter])
    .map((ref) => callOf(program, ref))
    .find(({ fn }) => fn === textEncoder.name || fn === unet.name);
  if (part === undefined) throw new Error(`${parameter} is of no pipeline`);
  return pipelineChoice.parse(part.settings);
}

type Asked = Omit<SinkOf<"application">, "kind" | "parameter" | "prompts"> & Pick<ApplyRequest, "embedding" | "prompt">;

/** Where a base is needed and none is named, it is the pipeline that was learned with. */
function requestOf({ path, tokenizer, textEncoder, prediction, ema }: PipelineChoice, asked: Asked): ApplyRequest {
  const base = asked.base ?? (needsBase(modelPath(asked.to)) ? path : undefined);
  const known = base === path || asked.to === path ? { tokenizer, textEncoder, prediction, ema } : {};
  const controls = asked.controls.map((control) => ({ ...control, picture: modelPath(control.picture) }));
  return applyRequest.parse({ ...known, ...asked, base, controls });
}
