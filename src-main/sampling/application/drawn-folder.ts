// The folder of what was drawn of many prompts: a file for each, and a record of what is there, by which the same command goes on.

import { basename, join } from "node:path";
import { DRAWN_RECORD, type DrawnPrompt, drawnRecord, type DrawnRecord } from "../../common/apply-many.ts";
import { refuse } from "../../common/diagnostic.ts";
import { parseConfig } from "../../models/parse-config.ts";
import { writeFileAtomically } from "../../weights/atomic-write.ts";
import { isThere } from "../../weights/is-there.ts";
import { readJson } from "../../weights/json-file.ts";
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
 * For what is drawn with the settings of this application. Files are named by their whole paths, and within the folder in its record.
 * @throws Refusal if something else is kept there
 */
export function openDrawnFolder(
  folder: string,
  application: Pick<Application, "request" | "settings" | "target">,
): DrawnFolder {
  const { request, settings, target } = application;
  const key = applicationKey({ ...application, request: { ...request, prompt: "", seed: 0 } });
  const kept = new Map(readKept(folder, key).map((image) => [image.file, image]));
  return {
    has({ file, prompt, seed }) {
      const image = kept.get(basename(file));
      return image?.prompt === prompt && image.seed === seed && isThere(file);
    },
    add({ file: path, prompt, seed }) {
      const file = basename(path);
      kept.set(file, { file, prompt, seed });
      const record: DrawnRecord = {
        format: "reneg-drawn",
        formatVersion: 1,
        model: target.name,
        settings,
        columns: describeColumns(request),
        key,
        images: [...kept.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1)),
      };
      writeFileAtomically(join(folder, DRAWN_RECORD), `${JSON.stringify(record, null, 2)}\n`);
    },
  };
}

function readKept(folder: string, key: string): readonly DrawnPrompt[] {
  const file = join(folder, DRAWN_RECORD);
  if (!isThere(file)) return [];
  const help = "choose another folder, or delete this one";
  const record = parseConfig(drawnRecord, readJson(file, { missing: help, invalid: help }), file, {
    code: "drawn-invalid",
    help,
  });
  if (record.key === key) return record.images;
  return refuse({
    code: "drawn-exists",
    at: { file },
    message: "images of another model, negative or other settings are kept in this folder",
    help: "choose another folder",
    command: "`--out FOLDER`",
  });
}
