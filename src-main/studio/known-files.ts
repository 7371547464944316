// Answers of the studio about files to choose from: what comes with the program, was used before, was learned, or lies in folders of models.

import { createHash, randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { ApiClient } from "../common/api.ts";
import { refuse } from "../common/diagnostic.ts";
import { EMBEDDED_TITLES, isEmbeddedName } from "../common/embedded-name.ts";
import type { KnownFile } from "../common/known-file.ts";
import { PAIRS_TABLE } from "../common/pairs-import.ts";
import type { filesApi } from "../common/studio/files.ts";
import type { Job } from "../common/studio/job.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import { makeFolder, moveDurably } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";
import type { Home } from "./home.ts";
import { chosenFiles, knownModels, rememberChosen } from "./models.ts";
import { needsOf } from "./needs.ts";
import { listRuns } from "./runs.ts";
import { isUpload, removeUpload } from "./uploads.ts";

export function fileHandlers(
  home: Home,
  jobs: () => readonly Job[],
  helper: ApiClient,
): Pick<StudioHandlers, keyof typeof filesApi> {
  const known = async (signal: AbortSignal) => {
    const { recent: models, folders } = knownModels(home);
    const learned = new Map(
      listRuns(home, jobs()).flatMap(({ name, embedding }) => (embedding === null ? [] : [[embedding.path, name]])),
    );
    const embedded = Object.keys(EMBEDDED_TITLES);
    const recent = [...chosenFiles(home), ...models];
    const described = await helper.describeFiles(
      { paths: [...embedded, ...learned.keys(), ...recent], folders },
      { signal },
    );
    const used = new Set(recent);
    const files = described.map((file): KnownFile => {
      const run = learned.get(file.path);
      if (run !== undefined) return { ...file, name: run, origin: "run" };
      if (isEmbeddedName(file.path)) return { ...file, origin: "embedded" };
      return { ...file, origin: used.has(file.path) ? "recent" : "folder" };
    });
    return { files, folders };
  };
  return {
    knownFiles: (_, { signal }) => known(signal),
    async needs({ workflow: json }, { signal }) {
      const { workflow } = readWorkflow(json, "workflow");
      // Only who needs something waits for the folders.
      return needsOf(workflow, []).length === 0 ? [] : needsOf(workflow, (await known(signal)).files);
    },
    async describeFile({ path }, { signal }) {
      const [file] = await helper.describeFiles({ paths: [path], folders: [] }, { signal });
      return { file: file ?? null };
    },
    async rememberFile({ path }) {
      if (!isEmbeddedName(path)) rememberChosen(home, [path]);
      return {};
    },
    async importPairs({ path: given }, { emit, signal }) {
      const path = resolve(given);
      const isSent = isUpload(home, path);
      const out = join(home.imports, nameOfImport(path));
      // Of a table that only names its images, the folder is theirs.
      const outOfNamed = isSent ? out : dirname(path);
      const made = isThere(join(out, PAIRS_TABLE));
      const { folder } = made
        ? { folder: out }
        : await helper.importPairs({ files: [path], out, outOfNamed }, { signal, onEvent: emit });
      if (isSent) removeUpload(path);
      rememberChosen(home, [folder]);
      return { folder };
    },
    async keepUpload({ path: given }) {
      const path = resolve(given);
      if (!isUpload(home, path)) refuseKeep(path);
      const kept = join(home.imports, `${basename(path)}-${randomUUID().slice(0, 8)}`, basename(path));
      makeFolder(dirname(kept));
      moveDurably(path, kept);
      removeUpload(path);
      rememberChosen(home, [kept]);
      return { path: kept };
    },
  };
}

/** The same of a table that has not changed, so that an import which was stopped goes on. */
function nameOfImport(path: string): string {
  const { size = 0, mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  const version = createHash("sha256").update(`${path} ${size} ${mtimeMs}`).digest("hex").slice(0, 8);
  return `${basename(path, extname(path))}-${version}`;
}

function refuseKeep(file: string): never {
  refuse({
    code: "upload-none",
    at: { file },
    message: "this is no file that a page has sent",
    help: "drop the file again, or choose it where it lies",
  });
}
