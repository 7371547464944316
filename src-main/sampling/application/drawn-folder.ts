// The folder of what was drawn of many prompts: a file for each, a record of how they were drawn, and a list of what is there, by which the
// same command goes on. An image adds a line to the list, however long that is.

import { basename, join } from "node:path";
import {
  DRAWN_LIST,
  DRAWN_RECORD,
  drawnPrompt,
  type DrawnPrompt,
  drawnRecord,
  type DrawnRecord,
} from "../../common/apply-many.ts";
import { refuse } from "../../common/diagnostic.ts";
import { jsonOrNull } from "../../common/json-or-null.ts";
import { parseConfig } from "../../models/parse-config.ts";
import { appendToFile, writeFileAtomically } from "../../weights/atomic-write.ts";
import { isThere } from "../../weights/is-there.ts";
import { readJson } from "../../weights/json-file.ts";
import { readUnlessMissing } from "../../weights/read-unless-missing.ts";
import { describeColumns } from "./applied-folder.ts";
import { applicationKey } from "./draw-application.ts";
import type { Application } from "./open-application.ts";

export interface DrawnFolder {
  /** Whether it was drawn earlier, and is there still. */
  readonly has: (image: DrawnPrompt) => boolean;
  /** Its file is written. */
  readonly add: (image: DrawnPrompt) => void;
}

/**
 * For what is drawn with the settings of this application. Files are named by their whole paths, and within the folder in its list.
 * @throws Refusal if something else is kept there
 */
export function openDrawnFolder(
  folder: string,
  application: Pick<Application, "request" | "settings" | "target">,
): DrawnFolder {
  const { request, settings, target } = application;
  const record: DrawnRecord = {
    format: "reneg-drawn",
    formatVersion: 2,
    model: target.name,
    settings,
    columns: describeColumns(request),
    key: applicationKey({ ...application, request: { ...request, prompt: "", seed: 0 } }),
  };
  let isBegun = isBegunAs(folder, record);
  const kept = new Map((isBegun ? readList(folder) : []).map((image) => [image.file, image]));
  return {
    has({ file, prompt, seed }) {
      const image = kept.get(basename(file));
      return image?.prompt === prompt && image.seed === seed && isThere(file);
    },
    add({ file: path, prompt, seed }) {
      if (!isBegun) begin(folder, record);
      isBegun = true;
      const image: DrawnPrompt = { file: basename(path), prompt, seed };
      kept.set(image.file, image);
      appendToFile(join(folder, DRAWN_LIST), `${JSON.stringify(image)}\n`);
    },
  };
}

const HELP = "choose another folder, or delete this one";

/** @throws Refusal if it was begun otherwise */
function isBegunAs(folder: string, { key }: DrawnRecord): boolean {
  const file = join(folder, DRAWN_RECORD);
  if (!isThere(file)) return false;
  const json = readJson(file, { missing: HELP, invalid: HELP });
  const record = parseConfig(drawnRecord, json, file, { code: "drawn-invalid", help: HELP });
  if (record.key === key) return true;
  return refuse({
    code: "drawn-exists",
    at: { file },
    message: "images of another model, negative or other settings are kept in this folder",
    help: "choose another folder",
    command: "`--out FOLDER`",
  });
}

/** A list without a record is of nobody knows what. */
function begin(folder: string, record: DrawnRecord): void {
  writeFileAtomically(join(folder, DRAWN_LIST), "");
  writeFileAtomically(join(folder, DRAWN_RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** A last line that a crash has cut off is taken away, since what is added to it would be lost with it: its image is drawn again. */
function readList(folder: string): readonly DrawnPrompt[] {
  const file = join(folder, DRAWN_LIST);
  const text = readUnlessMissing(file) ?? refuseLost(file);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) writeFileAtomically(file, whole);
  const lines = whole.split("\n").slice(0, -1);
  return lines.map((line, i) => {
    const { data } = drawnPrompt.safeParse(jsonOrNull(line));
    if (data !== undefined) return data;
    return refuse({
      code: "drawn-invalid",
      at: { file, part: `line ${i + 1}` },
      message: "this line names no file with its prompt and its seed",
      help: HELP,
    });
  });
}

/** It is written before the record, so that no crash leaves the record alone. Taken for empty, it would have all images drawn over. */
function refuseLost(file: string): never {
  return refuse({
    code: "drawn-invalid",
    at: { file },
    message: `the list of the images in this folder is missing, though ${DRAWN_RECORD} lies there`,
    help: `put it back, choose another folder, or delete ${DRAWN_RECORD}, and all images are drawn again`,
  });
}
