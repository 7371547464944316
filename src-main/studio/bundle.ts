// A run as one file to share: workflow, embedding, prompts, previews and a card that explains them. What comes in is not to be trusted.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { mapPaths, nameOf, pathsOf, portableWorkflow } from "../../nodes/workflow-paths.ts";
import { Refusal, refuse } from "../common/diagnostic.ts";
import type { RunDetail } from "../common/studio/run.ts";
import { parseWorkflow, printWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";

const WORKFLOW = "workflow.reneg.json";
/** Of a bundle, packed or unpacked. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_ENTRIES = 2000;
/** Longer text files are no lists of prompts. */
const LONGEST_TEXT = 2 ** 20;

/** What is unpacked: everything else in a bundle is only for people. */
const TAKEN = /^(workflow\.reneg\.json|[\w][\w .-]{0,99}\.(safetensors|txt))$/;

export function writeBundle(run: RunDetail, path: string): void {
  const entries: Record<string, Uint8Array> = { "README.md": Buffer.from(card(run)) };
  const file = join(run.folder, WORKFLOW);
  if (existsSync(file)) {
    const { workflow } = parseWorkflow(readFileSync(file, "utf8"), file);
    entries[WORKFLOW] = Buffer.from(printWorkflow(portableWorkflow(workflow)));
    for (const text of textFiles(workflow)) entries[basename(text)] = readFileSync(text);
  }
  if (run.embedding !== null) entries[basename(run.embedding.path)] = readFileSync(run.embedding.path);
  const previews = join(run.folder, "previews");
  for (const name of existsSync(previews) ? readdirSync(previews) : []) {
    if (name.endsWith(".png")) entries[`previews/${name}`] = readFileSync(join(previews, name));
  }
  // Pictures and weights do not get smaller.
  writeFileAtomically(path, zipSync(entries, { level: 1, mtime: new Date(run.createdAt) }));
}

function textFiles(workflow: Workflow): string[] {
  return pathsOf(workflow).flatMap(({ path }) => {
    const status = statSync(path, { throwIfNoEntry: false });
    return status?.isFile() === true && path.endsWith(".txt") && status.size <= LONGEST_TEXT ? [path] : [];
  });
}

function card({ name, pipeline, step, total, reward, notes, embedding }: RunDetail): string {
  return [
    `# ${name}`,
    "",
    "A negative embedding learned with ReNeg Studio.",
    "",
    `- Learned for: ${pipeline}, ${step} of ${total} steps`,
    ...(reward === null ? [] : [`- Reward: ${reward.first.toFixed(4)} at first, ${reward.last.toFixed(4)} at last`]),
    ...(embedding === null ? [] : [`- The embedding: \`${basename(embedding.path)}\``]),
    ...(notes === "" ? [] : ["", notes]),
    "",
    "Drop this file on the canvas of ReNeg Studio to open its workflow.",
    "The models that it names are not in here; ReNeg Studio asks for them by name.",
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
  const { size } = statSync(path);
  if (size > MOST_BYTES) refuseSize(path);
  let bytes = 0;
  let count = 0;
  try {
    return unzipSync(readFileSync(path), {
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
