// What is written into the files of an application: how they were made.

import type { ApplyRequest } from "../../common/applying.ts";
import type { Picture } from "../../pictures/picture.ts";
import { sideBySide } from "../../pictures/side-by-side.ts";
import type { Video } from "../../pictures/write-video.ts";
import type { Application } from "./open-application.ts";

type Described = Pick<Application, "request" | "target" | "settings">;

/** @param columns frames by column, which are put beside each other */
export function videoOf(application: Described, columns: readonly (readonly Picture[])[], shown?: string): Video {
  const [first = []] = columns;
  const frames = first.map((_, i) => sideBySide(columns.flatMap((column) => column[i] ?? [])));
  return { frames, fps: application.settings.fps, ...describeApplication(application, shown) };
}

/** @param shown the columns that are shown; absent: all */
export function describeApplication(
  { request, target, settings }: Described,
  shown = request.columns.join(" | "),
): { readonly parameters: string; readonly recipe: string } {
  const { steps, scheduler, guidance, size, frames, fps } = settings;
  const line = `Steps: ${steps}, Sampler: ${scheduler}, CFG scale: ${guidance}, Seed: ${request.seed}, Size: ${size.width}x${size.height}, Frames: ${frames}, FPS: ${fps}, Model: ${target.name}, Negatives: ${shown}`;
  const parameters = [request.prompt, `Negative prompt: ${request.written}`, line].join("\n");
  return { parameters, recipe: JSON.stringify({ ...portable(request), settings, target: target.name }) };
}

/** Names in place of paths: a shared file says what was used, not where it lay. */
function portable(request: ApplyRequest): ApplyRequest {
  const { base, tokenizer, textEncoder } = request;
  return {
    ...request,
    embedding: nameOf(request.embedding),
    to: nameOf(request.to),
    ...(base === undefined ? {} : { base: nameOf(base) }),
    ...(tokenizer === undefined ? {} : { tokenizer: nameOf(tokenizer) }),
    ...(textEncoder === undefined ? {} : { textEncoder: nameOf(textEncoder) }),
    controls: request.controls.map(({ controlnet, picture, ...control }) => ({
      ...control,
      ...(controlnet === undefined ? {} : { controlnet: nameOf(controlnet) }),
      picture: nameOf(picture),
    })),
  };
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
}
