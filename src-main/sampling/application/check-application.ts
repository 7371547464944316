// What a person should hear before an application is drawn: what will change nothing, and what will not be read.

import type { Diagnostic, Place } from "../../common/diagnostic.ts";
import { checkDrawnNegative } from "../check-guidance.ts";
import { checkDrawnTexts } from "../check-texts.ts";
import { ENCODER } from "../image-program.ts";
import { readingOf } from "./application-program.ts";
import type { AppliedTexts } from "./open-application.ts";

/** What is drawn one after the other with all else alike. */
export interface AppliedPrompts {
  readonly texts: readonly string[];
  /** Where they are given. */
  readonly at: Place;
}

/** @param prompts absent: its own alone @returns warnings, each of all prompts together */
export function checkApplication(application: AppliedTexts, prompts?: AppliedPrompts): Diagnostic[] {
  const { request, settings } = application;
  const isSteered = request.columns.some((column) => column !== "none");
  const idle = isSteered ? checkDrawnNegative(settings.guidance, { option: "--guidance" }) : [];
  return [...idle, ...checkAppliedTexts(application, prompts)];
}

/** @returns warnings of what the text encoder does not get to read */
export function checkAppliedTexts(
  { run, request }: Pick<AppliedTexts, "run" | "request">,
  { texts, at }: AppliedPrompts = { texts: [request.prompt], at: { option: "--prompt" } },
): Diagnostic[] {
  const { written, columns } = request;
  const { host, open } = run.opened;
  const { pipeline } = open(ENCODER, "text encoder");
  const reading = readingOf(request);
  const negatives = columns.includes("written") ? [written] : [];
  // Each prompt is drawn with as many as it fills: none is cut where the longest is not.
  const filled = [...texts, ...negatives].map((text) => host.readText(pipeline, text, reading).chunks);
  const read = { pipeline, reading, chunks: Math.max(run.chunks.get(ENCODER) ?? 1, ...filled), isFixed: false };
  return [
    ...checkDrawnTexts(host, read, { what: "prompt", texts, at }),
    ...checkDrawnTexts(host, read, { what: "negative", texts: negatives, at: { option: "--negative" } }),
  ];
}
