// Answers `applyMany`: many prompts drawn with what was learned on another model, in this process or by workers.

import { dirname, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import type { ApplyManyInput, DrawnPrompt } from "../../common/apply-many.ts";
import { applyRequest, type DrawingSettings } from "../../common/applying.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { videoWriterOf } from "../../pictures/write-video.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { withWholePaths } from "../../sampling/application/applied-folder.ts";
import { type AppliedPrompts, checkApplication } from "../../sampling/application/check-application.ts";
import { type DrawnFolder, openDrawnFolder } from "../../sampling/application/drawn-folder.ts";
import { resolveDrawing } from "../../sampling/application/resolve-drawing.ts";
import { imageName } from "../../sampling/image-name.ts";
import { readPromptFile } from "../../texts/prompt-file.ts";
import { makeFolder } from "../../weights/atomic-write.ts";
import { drawMissing } from "../draw-missing.ts";
import { openTargetOf, resolveRequest } from "../open-target-of.ts";
import { isImage } from "../pieces/run-file-names.ts";
import { withTarget } from "../with-target.ts";
import { openWorkers } from "../workers/open-workers.ts";

export const applyMany: ApiHandlers["applyMany"] = async (input, { emit, signal }) => {
  const started = performance.now();
  const warn = (diagnostic: Diagnostic): Promise<void> => emit({ type: "warning", diagnostic });
  const here = await chooseDevice(input.device);
  const { warnings, ...prompts } = promptsOf(input.prompts);
  for (const diagnostic of warnings) await warn(diagnostic);
  const asked = applyRequest.parse({ ...input, prompt: prompts.texts[0] });
  // What cannot be opened is told before a trial tells what it predicts.
  openTargetOf(asked);
  const request = withWholePaths(await resolveRequest(asked, { device: here, emit }));
  const target = openTargetOf(request);
  const settings = resolveDrawing(request, target);
  const images = nameImages(input, prompts.texts, settings);
  const write = await videoWriterOf(images[0]?.file ?? "");
  // What a worker has the memory for shows there.
  const budget = input.workers === undefined ? {} : { budget: Infinity };
  return withTarget(target, { device: here, signal, warn, ...budget }, async ({ applicationFor }) => {
    for (const diagnostic of checkApplication(applicationFor(request), prompts)) await warn(diagnostic);
    const workers = input.workers && (await openWorkers(input.workers, emit));
    const device = workers?.device ?? here;
    const draw = (folder: DrawnFolder): Promise<number> =>
      drawMissing(images, { request, target, settings, folder, write, applicationFor, workers, device, emit, signal });
    const out = resolve(input.out);
    try {
      const kept = isList(input)
        ? await asOnlyWriter(out, () => draw(openDrawnFolder(out, { request, target, settings })))
        : await draw(noFolder(out));
      const seconds = (performance.now() - started) / 1000;
      return { images: [...images], kept, columns: request.columns, settings, device, seconds };
    } finally {
      await workers?.close();
    }
  });
};

interface ReadPrompts extends AppliedPrompts {
  readonly warnings: readonly Diagnostic[];
}

function promptsOf(given: ApplyManyInput["prompts"]): ReadPrompts {
  if (typeof given !== "string") return { texts: given, at: { option: "--prompt" }, warnings: [] };
  const { prompts, warnings } = readPromptFile(given);
  return { texts: prompts, at: { file: given }, warnings };
}

/** A single prompt that is given itself has no folder. */
function isList({ prompts }: ApplyManyInput): boolean {
  return typeof prompts === "string" || prompts.length > 1;
}

/** With whole paths. */
function nameImages(
  input: ApplyManyInput,
  texts: readonly string[],
  { frames }: DrawingSettings,
): readonly DrawnPrompt[] {
  const out = resolve(input.out);
  const ending = input.format ?? (frames === 1 ? "png" : "webp");
  const drawn = texts.map((prompt, i) => ({ prompt, seed: input.seed + i }));
  if (isList(input)) {
    if (isImage(out)) refuseFile(input.out, texts.length);
    return drawn.map((one, i) => ({ file: join(out, `${imageName(i, one)}.${ending}`), ...one }));
  }
  if (input.format !== undefined) refuseFormat();
  return drawn.map((one) => ({ file: out, ...one }));
}

function refuseFile(out: string, count: number): never {
  refuse({
    code: "output-is-file",
    at: { option: "--out" },
    message: `a list of ${count} is drawn into a folder, and ${out} names a file`,
    help: "name a folder; the format of its files can be chosen",
    command: "`--out FOLDER --format webp`",
  });
}

function refuseFormat(): never {
  refuse({
    code: "invalid-input",
    at: { option: "--format" },
    message: "the file of a single prompt has the format that its name tells",
    help: "leave the format out",
  });
}

function noFolder(file: string): DrawnFolder {
  makeFolder(dirname(file));
  return { has: () => false, add: () => undefined };
}
