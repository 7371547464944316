// The folder of an application: prepared so that later changes of the files it names do not reach it, and filled when it is drawn.

import { statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import {
  APPLIED_PLAN,
  APPLIED_RECORD,
  appliedPlan,
  type AppliedPlan,
  type AppliedRecord,
  appliedRecord,
  videoFile,
  SIDE_BY_SIDE,
} from "../../common/applied-files.ts";
import type { ApplyRequest } from "../../common/applying.ts";
import type { DeviceName } from "../../common/device.ts";
import { modelPath } from "../../models/embedded.ts";
import { parseConfig } from "../../models/parse-config.ts";
import type { Picture } from "../../pictures/picture.ts";
import { videoWriterOf } from "../../pictures/write-video.ts";
import { copyFileAtomically, makeFolder, writeFileAtomically } from "../../weights/atomic-write.ts";
import { readJson } from "../../weights/json-file.ts";
import { describeApplication, videoOf } from "./describe-application.ts";
import type { Application } from "./open-application.ts";

/** Makes the folder. What is written last makes it an application. */
export function prepareFolder(folder: string, { request, target, settings, learned }: Application): void {
  makeFolder(folder);
  const copied = (path: string, stem: string): string => {
    const name = stem + extname(path).toLowerCase();
    copyFileAtomically(path, join(folder, name));
    return name;
  };
  const plan: AppliedPlan = {
    formatVersion: 1,
    request: {
      ...withWholePaths(request),
      ...settings,
      toldFps: settings.toldFps ?? undefined,
      // As large as a model, or several files: it stays where it is, as models do.
      embedding:
        learned === "text encoder" || statSync(request.embedding).isDirectory()
          ? resolve(request.embedding)
          : copied(request.embedding, "embedding"),
      controls: request.controls.map(({ picture, ...control }, i) => ({
        ...control,
        picture: copied(picture, `control-${i + 1}`),
      })),
    },
    model: target.name,
    draws: target.draws,
    settings,
    steps: settings.steps * request.columns.length,
    embedding: resolve(request.embedding),
  };
  writeFileAtomically(join(folder, APPLIED_PLAN), JSON.stringify(appliedPlan.parse(plan), null, 2));
}

/** What comes with the program keeps its name. */
export function withWholePaths(request: ApplyRequest): ApplyRequest {
  const whole = (path: string): string => (modelPath(path) === resolve(path) ? resolve(path) : path);
  const { base, tokenizer, textEncoder, embeddings } = request;
  return {
    ...request,
    embedding: resolve(request.embedding),
    to: whole(request.to),
    ...(embeddings === undefined ? {} : { embeddings: resolve(embeddings) }),
    ...(base === undefined ? {} : { base: whole(base) }),
    ...(tokenizer === undefined ? {} : { tokenizer: resolve(tokenizer) }),
    ...(textEncoder === undefined ? {} : { textEncoder: whole(textEncoder) }),
    controls: request.controls.map(({ controlnet, picture, ...control }) => ({
      ...control,
      ...(controlnet === undefined ? {} : { controlnet: whole(controlnet) }),
      picture: resolve(picture),
    })),
  };
}

/** With the paths of the copies made absolute. */
export function readPrepared(folder: string): ApplyRequest {
  const file = join(folder, APPLIED_PLAN);
  const { request } = parseConfig(appliedPlan, readJson(file), file);
  return {
    ...request,
    embedding: resolve(folder, request.embedding),
    controls: request.controls.map((control) => ({ ...control, picture: join(folder, control.picture) })),
  };
}

export interface Drawn {
  /** Frames by column. */
  readonly columns: readonly (readonly Picture[])[];
  readonly device: DeviceName;
  readonly seconds: number;
}

/** @param folder of the result */
export async function writeApplied(
  folder: string,
  application: Application,
  { columns, device, seconds }: Drawn,
): Promise<void> {
  const { request, target, settings, memory } = application;
  const write = async (name: string, shown: readonly (readonly Picture[])[], about?: string): Promise<void> => {
    const file = join(folder, name);
    const writer = await videoWriterOf(file);
    await writer(file, videoOf(application, shown, about));
  };
  for (const [i, column] of request.columns.entries()) {
    const own = columns.slice(i, i + 1);
    await write(join("frames", column), own, column);
    await write(videoFile(column, settings.frames), own, column);
  }
  await write(videoFile(SIDE_BY_SIDE, settings.frames), columns);
  const record: AppliedRecord = {
    formatVersion: 1,
    model: target.name,
    prompt: request.prompt,
    seed: request.seed,
    draws: target.draws,
    settings,
    columns: describeColumns(request),
    ...describeApplication(application),
    device,
    seconds,
    memory,
  };
  writeFileAtomically(join(folder, APPLIED_RECORD), JSON.stringify(appliedRecord.parse(record), null, 2));
}

/** With the negative of each, where it is a text. */
export function describeColumns({ columns, written }: ApplyRequest): AppliedRecord["columns"] {
  const negatives = { none: "", written, learned: null } as const;
  return columns.map((column) => ({ column, negative: negatives[column] }));
}
