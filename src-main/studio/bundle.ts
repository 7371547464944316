// A workflow as one file to share, with its prompts and what it learned: embedding, previews and a card that explains them. What comes in
// is not to be trusted.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { crc32 } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { withheldPaths } from "../../nodes/withheld-paths.ts";
import { mapPaths, nameOf, pathsOf, portableWorkflow } from "../../nodes/workflow-paths.ts";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { whyNoPath } from "../common/path-name.ts";
import { PREVIEWS_FOLDER } from "../common/preview-files.ts";
import { describeCourse, describeEvaluated } from "../common/reward-words.ts";
import type { RunDetail } from "../common/studio/run.ts";
import { parseWorkflow, printWorkflow, readWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { zipChecksums } from "./zip-checksums.ts";

const WORKFLOW = "workflow.reneg.json";
/** Of a bundle, packed or unpacked. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_ENTRIES = 2000;
/** Longer text files are no lists of prompts. */
const LONGEST_TEXT = 2 ** 20;

/** What is unpacked: everything else in a bundle is only for people. */
const TAKEN = /^(workflow\.reneg\.json|[\w][\w .-]{0,99}\.(safetensors|txt))$/;

export interface BundleContent {
  /** Lines of Markdown. */
  readonly card: readonly string[];
  /** With absolute paths; `null`: a run that was made from a recipe. */
  readonly workflow: Workflow | null;
  /** Of the embedding and the previews. */
  readonly files: Readonly<Record<string, string>>;
  readonly date: Date;
}

/** Lists of prompts that the workflow names wherever they lie: whoever shares it is asked about each. What is withheld is not looked at. */
export function textsOf({ workflow }: BundleContent): string[] {
  if (workflow === null) return [];
  const withheld = new Set(withheldPaths(workflow).map(({ path }) => path));
  const named = pathsOf(workflow).filter(({ path }) => !withheld.has(path));
  return [...new Set(named.filter(isText).map(({ path }) => path))];
}

/** @param confirmed the lists of prompts that the user wants in it; of others, as of models, only the name is told */
export function writeBundle(content: BundleContent, path: string, confirmed: readonly string[]): void {
  const { card, workflow, files, date } = content;
  const named = workflow === null ? [] : pathsOf(workflow);
  const wanted = textsOf(content).filter((text) => confirmed.includes(text));
  const texts = Object.fromEntries(wanted.map((text) => [basename(text), text]));
  const models = new Set(named.filter((one) => !wanted.includes(one.path)).map((one) => nameOf(one.path)));
  const entries: Record<string, Uint8Array> = { "README.md": Buffer.from(printCard(card, [...models])) };
  if (workflow !== null) entries[WORKFLOW] = Buffer.from(printWorkflow(portableWorkflow(workflow)));
  for (const [name, file] of Object.entries({ ...texts, ...files })) {
    entries[name] = withOpenFile(file, (opened) => readRange(opened, 0, opened.size));
  }
  // Pictures and weights do not get smaller.
  writeFileAtomically(path, zipSync(entries, { level: 1, mtime: date }));
}

export function bundleOfRun(run: RunDetail): BundleContent {
  const { name, folder, pipeline, step, total, reward, evaluated, notes, embedding, createdAt } = run;
  // A folder, as of a text encoder, is as large as many bundles.
  const learned = embedding === null || embedding.url === null ? null : embedding.path;
  const file = join(folder, WORKFLOW);
  const previews = join(folder, PREVIEWS_FOLDER);
  const pictures = (existsSync(previews) ? readdirSync(previews) : []).filter((picture) => picture.endsWith(".png"));
  return {
    card: [
      `# ${name}`,
      "",
      "A negative embedding learned with ReNeg Studio.",
      "",
      `- Learned for: ${pipeline}, ${step} of ${total} steps`,
      ...(reward === null ? [] : [`- Reward while learning: ${describeCourse(reward)}`]),
      ...(evaluated === null ? [] : [`- Reward: ${describeEvaluated(evaluated)}`]),
      ...(learned === null ? [] : [`- What was learned: \`${basename(learned)}\``]),
      ...(notes === "" ? [] : ["", notes]),
    ],
    workflow: existsSync(file) ? parseWorkflow(readFileSync(file, "utf8"), file).workflow : null,
    files: {
      ...(learned === null ? {} : { [basename(learned)]: learned }),
      ...Object.fromEntries(pictures.map((picture) => [`${PREVIEWS_FOLDER}/${picture}`, join(previews, picture)])),
    },
    date: new Date(createdAt),
  };
}

/**
 * Of a workflow from which nothing was learned yet.
 * @param folder that its paths are relative to
 */
export function bundleOfWorkflow(name: string, json: unknown, folder: string): BundleContent {
  const { workflow } = readWorkflow(json, name);
  const { description = "", author = "", licence = "" } = workflow.meta ?? {};
  return {
    card: [
      `# ${name}`,
      "",
      "A workflow that learns a negative embedding with ReNeg Studio. Nothing was learned from it yet.",
      ...(description === "" ? [] : ["", description]),
      ...(author === "" && licence === "" ? [] : [""]),
      ...(author === "" ? [] : [`- Author: ${author}`]),
      ...(licence === "" ? [] : [`- Licence: ${licence}`]),
    ],
    workflow: mapPaths(workflow, (path) => resolve(folder, path)),
    files: {},
    date: new Date(),
  };
}

function isText({ path }: { readonly path: string }): boolean {
  if (whyNoPath(path) !== undefined) return false;
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true && path.endsWith(".txt") && status.size <= LONGEST_TEXT;
}

function printCard(card: readonly string[], models: readonly string[]): string {
  return [
    ...card,
    "",
    "Drop this file on the canvas of ReNeg Studio to open its workflow.",
    ...(models.length === 0
      ? []
      : [
          `It names ${models.map((model) => `\`${model}\``).join(", ")}: not in here, ReNeg Studio asks where they are.`,
        ]),
    "",
  ].join("\n");
}

export function isBundle(path: string): boolean {
  return path.toLowerCase().endsWith(".zip");
}

/** @param folder receives what the workflow refers to. @throws Refusal for a bundle that is damaged, too large, or reaches outside */
export function readBundle(path: string, folder: string): Workflow {
  const entries = unpack(path);
  const text = entries[WORKFLOW];
  if (text === undefined) {
    refuse({
      code: "bundle-foreign",
      at: { file: path },
      message: `it holds no ${WORKFLOW}`,
      help: "choose a bundle that ReNeg Studio exported",
    });
  }
  const { workflow } = parseWorkflow(Buffer.from(text).toString("utf8"), path);
  makeFolder(folder);
  for (const [name, content] of Object.entries(entries)) {
    if (name !== WORKFLOW) writeFileAtomically(join(folder, name), content);
  }
  // What lies in the bundle is meant; of everything else the name stays.
  return mapPaths(workflow, (named) => {
    const own = nameOf(named);
    return Object.hasOwn(entries, own) ? join(folder, own) : named;
  });
}

function unpack(path: string): Record<string, Uint8Array> {
  const archive = withOpenFile(path, (opened) =>
    opened.size > MOST_BYTES ? refuseSize(path) : readRange(opened, 0, opened.size),
  );
  let bytes = 0;
  let count = 0;
  try {
    const entries = unzipSync(archive, {
      filter({ name, originalSize }) {
        count += 1;
        if (isOutside(name)) refuseOutside(path, name);
        if (!TAKEN.test(name)) return false;
        bytes += originalSize;
        // The size that an entry claims is also the room that it gets.
        if (bytes > MOST_BYTES || count > MOST_ENTRIES) refuseSize(path);
        return true;
      },
    });
    checkContents(path, archive, entries);
    return entries;
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    return refuse({
      code: "bundle-damaged",
      at: { file: path },
      message: `this zip archive cannot be read: ${error.message}`,
      help: "download or export it again",
    });
  }
}

/** Each is what was packed, whichever bit of the archive was lost. */
function checkContents(file: string, archive: Uint8Array, entries: Readonly<Record<string, Uint8Array>>): void {
  const checksums = zipChecksums(archive);
  for (const [part, content] of Object.entries(entries)) {
    if (crc32(content) === checksums.get(part)) continue;
    refuse({
      code: "bundle-damaged",
      at: { file, part },
      message: "this entry of the archive is not what was packed: its checksum differs",
      help: "download or export it again",
    });
  }
}

function isOutside(name: string): boolean {
  return /^[\\/]|^[A-Za-z]:|\\/.test(name) || name.split("/").includes("..");
}

function refuseOutside(file: string, part: string): never {
  refuse({
    code: "bundle-outside",
    at: { file, part },
    message: "an entry of this archive wants to be written outside of its folder",
    help: "do not use the file: it was not made by ReNeg Studio",
  });
}

function refuseSize(file: string): never {
  refuse({
    code: "bundle-too-large",
    at: { file },
    message: `it holds more than the ${MOST_BYTES} bytes or ${MOST_ENTRIES} files that a bundle may have`,
    help: "choose a bundle that ReNeg Studio exported",
  });
}
