// Everything between the editor and the engine, whichever window or browser it is shown in.

import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { pathsOf } from "../../nodes/workflow-paths.ts";
import type { ApiClient } from "../common/api.ts";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import type { OpenedDocument } from "../common/studio/document.ts";
import { isAtWorkHere, type Job } from "../common/studio/job.ts";
import type { Bundled, StudioHandlers } from "../common/studio/studio-api.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import { type Engine, startEngine } from "../engine/client.ts";
import { appliedHandlers } from "./applied-handlers.ts";
import {
  type BundleContent,
  bundleOfRun,
  bundleOfWorkflow,
  isBundle,
  readBundle,
  textsOf,
  writeBundle,
} from "./bundle.ts";
import { EXTENSION, nameOf, openDocument, recentDocuments, saveDocument } from "./documents.ts";
import { openDrafts } from "./drafts.ts";
import { keepExpiring } from "./expire-files.ts";
import { listFolder } from "./folders.ts";
import { type Home, openHome } from "./home.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { fileHandlers } from "./known-files.ts";
import { rememberChosen } from "./models.ts";
import { queueHandlers } from "./queue-handlers.ts";
import { openQueueSetting } from "./queue-setting.ts";
import { ratingHandlers } from "./ratings.ts";
import { findStudioFile, type StudioFile } from "./run-files.ts";
import { readLog } from "./run-log.ts";
import { annotateRun, binRun, listRuns, readRun, restoreRun } from "./runs.ts";
import { sweepHandlers } from "./sweep-handlers.ts";
import { readTemplates } from "./templates.ts";
import { understandingHandlers } from "./understanding.ts";
import { isUpload, receiveUpload, removeUpload, type Upload } from "./uploads.ts";
import { createWatchers } from "./watchers.ts";
import { withholdForeign } from "./withhold-foreign.ts";

export interface StudioOptions {
  /** The folder of everything that is the user's. */
  readonly home: string;
  readonly version: string;
  readonly shell: "desktop" | "browser";
  /** Shows a file in the system's file manager; absent where there is none. */
  readonly reveal?: (path: string) => void;
  readonly engine?: Parameters<typeof startEngine>[0];
  /** Names a queue of workers where the user has set none. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Studio {
  readonly handlers: StudioHandlers;
  /** What a URL below `files/` stands for; `null`: nothing that is handed out. */
  readonly findFile: (url: string) => StudioFile | null;
  /** Keeps a file that a page sends, and says where. @throws Refusal for what is not taken */
  readonly receive: (upload: Upload) => Promise<string>;
  /** Every window hears of it. */
  readonly announce: (event: StudioEvent) => void;
  /** Lets what runs end with its step, so that it can be resumed. */
  readonly close: () => Promise<void>;
  /** Ends the engine at once. */
  readonly kill: () => Promise<void>;
}

const preferences = z.record(z.string(), z.unknown());

/** @throws Refusal if another program works in the same folder */
export function createStudio(options: StudioOptions): Studio {
  const home = openHome(options.home);
  try {
    return studioIn(home, options);
  } catch (error) {
    home.leave();
    throw error;
  }
}

function studioIn(home: Home, options: StudioOptions): Studio {
  const watchers = createWatchers();
  // One learns; a second process answers meanwhile, for a network that runs blocks its process.
  const worker = startEngine({
    ...options.engine,
    onLog(line) {
      options.engine?.onLog?.(line);
      jobs.hearEngine(line);
    },
    onVitals(vitals) {
      if (isAtWork(jobs.list())) watchers.publish({ type: "vitals", vitals });
    },
    onSilence: (since) => jobs.hearSilence(since),
  });
  const helper = startKillable(options.engine, SILENT_HELPER);
  // Runs of workers are handed out for hours, which no question that the helper hangs at may end.
  const crew = startKillable(options.engine, SILENT_CREW);
  const queue = openQueueSetting(home, options.env ?? process.env);
  const jobs: Jobs = createJobs({
    home,
    worker,
    helper: helper.api,
    crew: { api: crew.api, place: queue.place },
    publish: watchers.publish,
  });
  const endExpiring = keepExpiring(home);
  const folderOf: FolderOf = (path) => (path === null ? home.workflows : dirname(resolve(path)));

  const handlers: StudioHandlers = {
    about: async () => ({ version: options.version, shell: options.shell, platform: process.platform }),
    async watch(_, { emit, signal }) {
      await watchers.watch({ type: "jobs", jobs: [...jobs.list()] }, emit, signal);
      return {};
    },

    ...documentHandlers(home, helper.api, jobs.list, folderOf),
    check: ({ workflow, path }, { signal }) =>
      helper.api.checkWorkflow({ workflow, folder: folderOf(path) }, { signal }),
    async plan({ workflow, path, device, measure, cuts }, { signal }) {
      if (measure && isAtWork(jobs.list())) refuseMeasure();
      return helper.api.plan({ workflow: { workflow, folder: folderOf(path) }, device, measure, cuts }, { signal });
    },
    inspect: (input, { signal }) => helper.api.inspect(input, { signal }),
    doctor: (_, { signal }) => helper.api.doctor({}, { signal }),

    async enqueue(input) {
      const job = await jobs.enqueue(input);
      rememberChosen(home, filesOf(input.workflow, folderOf(input.path)));
      return job;
    },
    ...sweepHandlers(jobs, (workflow, path) => rememberChosen(home, filesOf(workflow, folderOf(path)))),
    async command({ run, command }) {
      await jobs.command(run, command);
      return {};
    },
    ...queueHandlers({ keeper: queue, crew: crew.api, version: options.version, publish: watchers.publish }),
    ...runHandlers(home, jobs, watchers.publish),
    ...fileHandlers(home, jobs.list, helper.api),
    ...appliedHandlers(home, jobs, helper.api),
    ...ratingHandlers(home),
    ...understandingHandlers(home, { worker: worker.api, isAtWork: () => isAtWork(jobs.list()) }),
    ...shellHandlers(home, options.reveal),
  };

  return {
    handlers,
    findFile: (url) => findStudioFile(home, url),
    receive: (upload) => receiveUpload(home, upload),
    announce: watchers.publish,
    async close() {
      endExpiring();
      try {
        await jobs.close();
      } finally {
        await Promise.all([worker.close(), helper.close(), crew.close()]);
        home.leave();
      }
    },
    async kill() {
      await Promise.all([worker.kill(), helper.kill(), crew.kill()]);
    },
  };
}

/** It keeps nothing: where one hangs, the next question has another one. */
function startKillable(options: StudioOptions["engine"], silent: Diagnostic): Engine {
  const engine = startEngine({
    ...options,
    onSilence: (since) => (since === null ? undefined : void engine.kill(silent)),
  });
  return engine;
}

const SILENT_HELPER: Diagnostic = {
  severity: "error",
  code: "engine-silent",
  at: { stage: "engine" },
  message: "the engine process that answers questions gave no sign of life, and was ended",
  help: "ask again: another one is started",
};

const SILENT_CREW: Diagnostic = {
  severity: "error",
  code: "engine-silent",
  at: { stage: "engine" },
  message: "the engine process that hands runs out to workers gave no sign of life, and was ended",
  help: "resume what is left: another one is started",
  action: "resume",
};

function isAtWork(jobs: readonly Job[]): boolean {
  return jobs.some(isAtWorkHere);
}

/** What the paths of a document are relative to. */
type FolderOf = (path: string | null) => string;

type DocumentMethod =
  | "templates"
  | "openDocument"
  | "importDocument"
  | "saveDocument"
  | "recentDocuments"
  | "drafts"
  | "saveDraft"
  | "continueDraft"
  | "dropDraft"
  | "listFolder"
  | "bundleFiles"
  | "exportBundle";

function documentHandlers(
  home: Home,
  helper: ApiClient,
  jobs: () => readonly Job[],
  folderOf: FolderOf,
): Pick<StudioHandlers, DocumentMethod> {
  const drafts = openDrafts(home);
  const contentOf = (of: Bundled): BundleContent =>
    "run" in of
      ? bundleOfRun(readRun(home, of.run, jobs()))
      : bundleOfWorkflow(of.name, of.workflow, folderOf(of.path));
  return {
    templates: async () => readTemplates(),
    openDocument: async ({ path }) => openDocument(home, path),
    async importDocument({ path: given }) {
      const path = resolve(given);
      if (!isUpload(home, path)) {
        return path.endsWith(EXTENSION) ? openDocument(home, path) : importFile(home, helper, path);
      }
      try {
        return await importFile(home, helper, path);
      } finally {
        removeUpload(path);
      }
    },
    saveDocument: async (input) => saveDocument(home, input),
    recentDocuments: async () => recentDocuments(home),
    drafts: async () => drafts.read(),
    async saveDraft(input) {
      drafts.save(input);
      return {};
    },
    continueDraft: async (input) => ({ isKept: drafts.append(input) }),
    async dropDraft({ id }) {
      drafts.drop(id);
      return {};
    },
    listFolder: async ({ path }) => listFolder(home, path),
    bundleFiles: async ({ of }) => ({ paths: textsOf(contentOf(of)) }),
    async exportBundle({ of, confirmed, path: given }) {
      const name = `${"run" in of ? of.run : fileNameOf(of.name)}.zip`;
      const path = given === null ? join(home.exports, name) : resolve(given);
      writeBundle(contentOf(of), path, confirmed);
      return { path, url: given === null ? `files/exports/${encodeURIComponent(name)}?v=${Date.now()}` : null };
    },
  };
}

/** The workflow that a bundle, a picture or an embedding carries. Where it leads elsewhere nothing looks before the user agrees. */
async function importFile(home: Home, helper: ApiClient, path: string): Promise<OpenedDocument> {
  const rest = { path: null, name: nameOf(path), version: null };
  if (!isBundle(path)) {
    const { workflow, diagnostics } = await helper.extractWorkflow({ path });
    const origin = { folder: dirname(path), isBase: !isUpload(home, path) };
    return { ...rest, workflow: withholdForeign(home, workflow, origin), diagnostics };
  }
  checkFile(path);
  const folder = join(home.imports, `${nameOf(path)}-${randomUUID().slice(0, 8)}`);
  const workflow = withholdForeign(home, readBundle(path, folder), { folder, isBase: false });
  return { ...rest, workflow, diagnostics: [] };
}

type RunMethod = "runs" | "run" | "runLog" | "annotateRun" | "deleteRun" | "restoreRun";

function runHandlers(home: Home, jobs: Jobs, publish: (event: StudioEvent) => void): Pick<StudioHandlers, RunMethod> {
  const tellLibrary = (): void => publish({ type: "library" });
  return {
    runs: async () => listRuns(home, jobs.list()),
    run: async ({ id }) => readRun(home, id, jobs.list()),
    runLog: async ({ id }) => readLog(join(home.runs, id)),
    async annotateRun(input) {
      annotateRun(home, input);
      tellLibrary();
      return {};
    },
    async deleteRun({ id }) {
      if (jobs.list().some(({ run }) => run === id)) await jobs.command(id, "forget");
      binRun(home, id);
      tellLibrary();
      return {};
    },
    async restoreRun({ id }) {
      restoreRun(home, id);
      tellLibrary();
      return {};
    },
  };
}

/** What concerns the window and not what is in it. */
function shellHandlers(
  home: Home,
  reveal: StudioOptions["reveal"],
): Pick<StudioHandlers, "preferences" | "savePreferences" | "reveal"> {
  return {
    preferences: async () => readJsonFile(home.preferencesFile, preferences, {}),
    async savePreferences(input) {
      writeJsonFile(home.preferencesFile, input);
      return {};
    },
    async reveal({ path }) {
      if (reveal === undefined) refuseReveal(path);
      reveal(path);
      return {};
    },
  };
}

/** Those that a workflow names, absolute. */
function filesOf(workflow: unknown, folder: string): string[] {
  return pathsOf(readWorkflow(workflow, "workflow").workflow).map(({ path }) => resolve(folder, path));
}

/** What a file may be called everywhere, and what is handed out under that name. */
function fileNameOf(name: string): string {
  return (
    name
      .replaceAll(/[^\w .-]+/g, "-")
      .replace(/^\W+/, "")
      .slice(0, 80) || "workflow"
  );
}

function checkFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return;
  refuse({ code: "file-missing", at: { file: path }, message: "there is no such file", help: "check the path" });
}

function refuseMeasure(): never {
  refuse({
    code: "plan-busy",
    at: { stage: "plan" },
    message: "times cannot be measured while a run is learning",
    help: "pause it first, or plan without measuring",
  });
}

function refuseReveal(file: string): never {
  refuse({
    code: "reveal-none",
    at: { file },
    message: "a browser cannot show a file of the machine that serves it",
    help: "copy the path, or download the file",
  });
}
