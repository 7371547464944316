// All that the editor can ask of the program around it, be that the desktop app or the server of browser mode.
// Pixels never cross: pictures are fetched by the URLs in the answers, and files are uploaded to `upload?name=NAME`, which answers {path}.

import { z } from "zod";
import { call, stream, type Client, type Handlers } from "../contract.ts";
import { cutChoice } from "../cut-choice.ts";
import { deviceChoice } from "../device.ts";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { doctorReport } from "../doctor-report.ts";
import { inspection } from "../inspection.ts";
import { filePath } from "../path-name.ts";
import { runPlan } from "../run-plan.ts";
import { appliedApi } from "./applied.ts";
import { folderListing, missingFile, openedDocument, saveInput, template } from "./document.ts";
import { draft, draftEntry } from "./draft.ts";
import { filesApi } from "./files.ts";
import { enqueueInput, job, jobCommand, runId } from "./job.ts";
import { queueApi } from "./queue.ts";
import { ratingApi } from "./rating.ts";
import { runLogLine } from "./run-log.ts";
import { runDetail, runNotes, runSummary } from "./run.ts";
import { studioEvent } from "./studio-event.ts";
import { sweepApi } from "./sweep.ts";
import { understandingApi } from "./understanding.ts";

const nothing = z.object({});
const path = filePath.min(1);
/** A workflow document as JSON, and the file that its paths are relative to. */
const document = { workflow: z.unknown(), path: path.nullable() };

/** What is shared: a run, or a workflow from which nothing was learned yet. */
const bundled = z.union([z.object({ run: runId }), z.object({ ...document, name: z.string() })]);

export const studioApi = {
  /** What kind of program this is, and what it can do. */
  about: call({
    input: nothing,
    output: z.object({ version: z.string(), shell: z.enum(["desktop", "browser"]), platform: z.string() }),
    anyTime: true,
  }),
  /** Ends only when it is cancelled. */
  watch: stream({ input: nothing, event: studioEvent, result: nothing, anyTime: true }),

  // Documents.
  templates: call({ input: nothing, output: z.array(template), anyTime: true }),
  openDocument: call({ input: z.object({ path }), output: openedDocument, anyTime: true }),
  /** Whatever a workflow may be inside of: a workflow file, a preview picture, a learned embedding, a bundle. */
  importDocument: call({ input: z.object({ path }), output: openedDocument, anyTime: true }),
  saveDocument: call({ input: saveInput, output: z.object({ version: z.string() }), anyTime: true }),
  recentDocuments: call({
    input: nothing,
    output: z.array(z.object({ path: z.string(), name: z.string() })),
    anyTime: true,
  }),
  drafts: call({ input: nothing, output: z.array(draft), anyTime: true }),
  saveDraft: call({ input: draft, output: nothing, anyTime: true }),
  /** `isKept: false`: what it continues is not here, and the whole is wanted. */
  continueDraft: call({ input: draftEntry, output: z.object({ isKept: z.boolean() }), anyTime: true }),
  dropDraft: call({ input: z.object({ id: z.string() }), output: nothing, anyTime: true }),
  /** `~` is the home folder of whoever runs the program. */
  listFolder: call({ input: z.object({ path: path.nullable() }), output: folderListing, anyTime: true }),
  /** The lists of prompts that a bundle would hold besides what the program itself has made: the user is asked about them. */
  bundleFiles: call({
    input: z.object({ of: bundled }),
    output: z.object({ paths: z.array(z.string()) }),
    anyTime: true,
  }),
  /** A `.zip`: workflow, prompts, a card that explains them, and of a run also its embedding and previews. */
  exportBundle: call({
    input: z.object({
      of: bundled,
      /** Of those that `bundleFiles` lists; no others are packed. */
      confirmed: z.array(path).default([]),
      /** `null`: to a folder of the program's own, from which the answer's `url` can be downloaded. */
      path: path.nullable(),
    }),
    output: z.object({ path: z.string(), url: z.string().nullable() }),
    anyTime: true,
  }),

  // Meaning.
  /** Everything that is wrong, with the files it names looked at. */
  check: call({
    input: z.object(document),
    output: z.object({ diagnostics: z.array(diagnosticSchema), missing: z.array(missingFile) }),
    anyTime: true,
  }),
  plan: call({
    input: z.object({
      ...document,
      device: deviceChoice.default("auto"),
      measure: z.boolean().default(false),
      cuts: cutChoice.default("auto"),
    }),
    output: runPlan,
  }),
  inspect: call({ input: z.object({ path }), output: inspection, anyTime: true }),
  doctor: call({ input: nothing, output: doctorReport, anyTime: true }),

  // Jobs and runs.
  enqueue: call({ input: enqueueInput, output: job, anyTime: true }),
  command: call({ input: z.object({ run: runId, command: jobCommand }), output: nothing, anyTime: true }),
  runs: call({ input: nothing, output: z.array(runSummary), anyTime: true }),
  run: call({ input: z.object({ id: runId }), output: runDetail, anyTime: true }),
  /** The last lines of what happened in it. */
  runLog: call({ input: z.object({ id: runId }), output: z.array(runLogLine), anyTime: true }),
  annotateRun: call({ input: runNotes, output: nothing, anyTime: true }),
  /** To a bin that is emptied when the program starts anew. */
  deleteRun: call({ input: z.object({ id: runId }), output: nothing, anyTime: true }),
  restoreRun: call({ input: z.object({ id: runId }), output: nothing, anyTime: true }),

  // Several runs of one workflow with other values.
  ...sweepApi,

  // Workers that take part over a queue.
  ...queueApi,

  // Files to choose from.
  ...filesApi,

  // Embeddings applied to other models.
  ...appliedApi,

  // What the user says of images.
  ...ratingApi,
  // What was learned, looked into.
  ...understandingApi,

  // What the editor remembers about itself: theme, shortcuts, layout.
  preferences: call({ input: nothing, output: z.record(z.string(), z.unknown()), anyTime: true }),
  savePreferences: call({ input: z.record(z.string(), z.unknown()), output: nothing, anyTime: true }),
  /** Shows a file in the system's file manager; refused where there is none. */
  reveal: call({ input: z.object({ path }), output: nothing, anyTime: true }),
};

export type Bundled = z.output<typeof bundled>;

export type StudioApi = typeof studioApi;
export type StudioClient = Client<StudioApi>;
export type StudioHandlers = Handlers<StudioApi>;
