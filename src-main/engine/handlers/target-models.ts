// Answers `targetModels` and `targetModel`: what a learned embedding may be applied to, and whether it fits.

import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";
import { EMBEDDED_NAME, EMBEDDED_TARGETS } from "../../common/embedded-name.ts";
import { printSpace } from "../../common/embedding-space.ts";
import type { Fit, TargetModel } from "../../common/target-model.ts";
import { modelPath } from "../../models/embedded.ts";
import { openTarget, type Target } from "../../models/target/open-target.ts";
import { resolveDrawing } from "../../sampling/application/resolve-drawing.ts";
import { findModels } from "../files/find-models.ts";
import { judgeFit, misfit } from "../judge-fit.ts";

export const targetModels: ApiHandlers["targetModels"] = async ({ embedding, recent, folders }) => {
  const candidates = new Map<string, Candidate>();
  const add = (origin: TargetModel["origin"], paths: readonly string[]): void => {
    for (const path of paths) {
      const place = modelPath(path);
      if (existsSync(place) && !candidates.has(place)) candidates.set(place, { path, origin });
    }
  };
  add("embedded", [EMBEDDED_NAME, ...EMBEDDED_TARGETS]);
  add("recent", recent);
  add("folder", folders.flatMap(findModels));
  const opened = [...candidates.values()].map((candidate) => ({ ...candidate, opening: open(candidate.path) }));
  const pipelines = opened.filter(({ opening }) => opening.target?.kind === "pipeline").map(({ path }) => path);
  return opened.map((candidate) => describe(candidate, pipelines, embedding)).toSorted(byFit);
};

export const targetModel: ApiHandlers["targetModel"] = async ({ path, base, embedding, recent }) => {
  const opening = open(path, base);
  if (opening.refusal !== null && !needsBase(opening.refusal)) throw opening.refusal;
  const bases = base === undefined ? [EMBEDDED_NAME, ...recent] : [base];
  return describe({ path, origin: "recent", opening }, bases, embedding);
};

interface Candidate {
  readonly path: string;
  readonly origin: TargetModel["origin"];
}

type Opening =
  | { readonly target: Target; readonly refusal: null }
  | { readonly target: null; readonly refusal: Refusal };

function open(path: string, base?: string): Opening {
  try {
    return { target: openTarget(path, { base }), refusal: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { target: null, refusal: error };
  }
}

function needsBase({ diagnostics }: Refusal): boolean {
  return diagnostics.every(({ code }) => code === "target-base");
}

function describe(
  { path, origin, opening }: Candidate & { readonly opening: Opening },
  pipelines: readonly string[],
  embedding: string | null,
): TargetModel {
  if (opening.target !== null) return describeTarget(opening.target, { path, origin, bases: [], embedding });
  if (!needsBase(opening.refusal)) return closed(path, origin, opening.refusal, false);
  const based = pipelines.flatMap((base) => {
    const { target } = open(path, base);
    return target === null ? [] : [{ base, target, fit: fitOf(target, embedding) }];
  });
  const [best, ...others] = based.toSorted((a, b) => rank(a.fit) - rank(b.fit));
  if (best === undefined) return closed(path, origin, opening.refusal, true);
  const bases = [best, ...others].map(({ base }) => base);
  return describeTarget(best.target, { path, origin, bases, embedding });
}

interface Described extends Candidate {
  readonly bases: string[];
  readonly embedding: string | null;
}

function describeTarget(target: Target, { path, origin, bases, embedding }: Described): TargetModel {
  const { pipeline, kind, draws, example } = target;
  return {
    path,
    name: bases.length === 0 ? target.name : basename(path),
    kind,
    draws,
    origin,
    bases,
    needsBase: bases.length > 0,
    needsPicture: kind === "controlnet",
    space: printSpace(pipeline.space),
    settings: resolveDrawing({}, target),
    sizeStep: pipeline.vaeFactor,
    example: example && { prompt: example.prompt, picture: example.picture ?? null, pictureUrl: null },
    fit: fitOf(target, embedding),
  };
}

/** What cannot be opened is listed too, with the reason. */
function closed(path: string, origin: TargetModel["origin"], refusal: Refusal, isBaseMissing: boolean): TargetModel {
  return {
    path,
    name: basename(path),
    kind: "pipeline",
    draws: "pictures",
    origin,
    bases: [],
    needsBase: isBaseMissing,
    needsPicture: false,
    space: null,
    settings: null,
    sizeStep: 8,
    example: null,
    fit: isBaseMissing ? misfit(new Refusal([baseMissing(path)])) : misfit(refusal),
  };
}

function baseMissing(file: string): Diagnostic {
  return {
    severity: "error",
    code: "target-base",
    at: { file },
    message: `${basename(file)} works on a pipeline, and none is known that it fits`,
    help: "choose its pipeline, such as Stable Diffusion 1.5 or 2.1, or add the folder that holds it",
  };
}

function fitOf(target: Target, embedding: string | null): Fit {
  if (embedding === null) return { verdict: "fits" };
  return judgeFit(embedding, target);
}

const VERDICTS: readonly Fit["verdict"][] = ["fits", "unsure", "misfit"];

function rank({ verdict }: Fit): number {
  return VERDICTS.indexOf(verdict);
}

function byFit(a: TargetModel, b: TargetModel): number {
  return rank(a.fit) - rank(b.fit) || a.name.localeCompare(b.name);
}
