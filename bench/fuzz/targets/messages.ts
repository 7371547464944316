// What a page, or somebody who is none, may send: calls of both contracts, and addresses.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { api } from "../../../src-main/common/api.ts";
import type { CallContext, Contract, Handlers } from "../../../src-main/common/contract.ts";
import { refuse } from "../../../src-main/common/diagnostic.ts";
import { studioApi } from "../../../src-main/common/studio/studio-api.ts";
import { type Channel, type Frame, readFrame } from "../../../src-main/common/wire/frames.ts";
import { serve } from "../../../src-main/common/wire/serve.ts";
import { keyOf } from "../../../src-main/server/session.ts";
import { openDrafts } from "../../../src-main/studio/drafts.ts";
import { openHome } from "../../../src-main/studio/home.ts";
import { decodePath, findPageFile } from "../../../src-main/studio/page-files.ts";
import { findStudioFile } from "../../../src-main/studio/run-files.ts";
import { annotateRun, listRuns } from "../../../src-main/studio/runs.ts";
import type { Target } from "../target.ts";
import { json, repositoryFile } from "./seeds.ts";

const request = (id: number, method: string, input: unknown) => ({ type: "request", id, method, input });

/** Messages of one connection, as JSON, and which side of the program hears them. */
const conversation = z.object({ to: z.enum(["studio", "engine"]).catch("studio"), messages: z.array(z.unknown()) });

export const messages: Target = {
  form: "json",
  name: "messages.json",
  seeds() {
    const workflow: unknown = JSON.parse(repositoryFile("resources/workflows/learn-sd15-quick.reneg.json").toString());
    const tab = { id: "t", name: "a", path: null, version: null, saved: null, copy: "c", done: 0, workflow, steps: [] };
    const entry = { ...tab, workflow: undefined, forgotten: 0, kept: 0, steps: [] };
    return [
      json({
        to: "studio",
        messages: [
          request(1, "saveDraft", tab),
          request(2, "continueDraft", entry),
          request(3, "drafts", {}),
          request(4, "dropDraft", { id: "t" }),
          { type: "cancel", id: 3 },
          { type: "acknowledge", id: 3 },
        ],
      }),
      json({
        to: "studio",
        messages: [
          request(1, "openDocument", { path: "/a.reneg.json" }),
          request(2, "saveDocument", { path: "/a.reneg.json", workflow, version: null }),
          request(3, "check", { workflow, path: null }),
          request(4, "annotateRun", { id: "run-1", notes: "a", tags: ["b"] }),
          request(5, "enqueue", { workflow, path: null, name: "a", device: "auto" }),
          request(6, "command", { run: "run-1", command: "pause" }),
          request(7, "exportBundle", { of: { run: "run-1" }, path: null }),
        ],
      }),
      json({
        to: "engine",
        messages: [
          request(1, "inspect", { path: "/a" }),
          request(2, "train", { recipe: "/a.json", out: "/run", device: "auto" }),
          request(3, "apply", { embedding: "/a", to: "emoji", prompt: "a hen", out: "/a.webp", controls: [] }),
          request(4, "checkWorkflow", { workflow, folder: "/" }),
        ],
      }),
    ];
  },
  open(folder) {
    const home = openHome(join(folder, "home"));
    const drafts = openDrafts(home);
    // What else a call would do lies outside of this folder, or takes an engine: there, its input is read and no more.
    const studio = {
      ...readAll(studioApi),
      drafts: async () => drafts.read(),
      saveDraft: async (whole: Parameters<typeof drafts.save>[0]) => drafts.save(whole),
      continueDraft: async (entry: Parameters<typeof drafts.append>[0]) => ({ isKept: drafts.append(entry) }),
      dropDraft: async ({ id }: { readonly id: string }) => drafts.drop(id),
      annotateRun: async (notes: Parameters<typeof annotateRun>[1]) => annotateRun(home, notes),
      runs: async () => listRuns(home, []),
    };
    return async (path, bytes) => {
      const { to, messages: sent } = parse(bytes, path);
      if (to === "engine") await talk(api, readAll(api), sent);
      else await talk(studioApi, studio, sent);
    };
  },
};

function parse(bytes: Uint8Array, file: string): z.output<typeof conversation> {
  const text = Buffer.from(bytes).toString("utf8");
  const refuseAll = (): never => refuse({ code: "no-messages", at: { file }, message: "these are no messages" });
  try {
    return conversation.safeParse(JSON.parse(text)).data ?? refuseAll();
  } catch (error) {
    if (error instanceof SyntaxError) return refuseAll();
    throw error;
  }
}

type Answer = (input: never, context: CallContext) => Promise<unknown>;

function readAll(contract: Contract): Record<string, Answer> {
  return Object.fromEntries(Object.keys(contract).map((method) => [method, async () => ({})]));
}

/** All messages at once, until everything is answered. @throws Error where an answer tells a fault of the program */
async function talk(contract: Contract, answers: Record<string, Answer>, sent: readonly unknown[]): Promise<void> {
  const faults: string[] = [];
  let hear: (frame: Frame) => void = () => {};
  let close: () => void = () => {};
  let open = 0;
  const done = Promise.withResolvers<void>();
  const channel: Channel = {
    send(frame) {
      if (frame.type === "failure") {
        const fault = frame.diagnostics.find(({ code }) => code === "program-fault");
        if (fault !== undefined) faults.push(`${JSON.stringify(fault)}`);
      }
      if (frame.type !== "event" && --open === 0) done.resolve();
    },
    onFrame: (listener) => void (hear = listener),
    onClose: (listener) =>
      void (close = () => listener({ severity: "error", code: "gone", at: { stage: "page" }, message: "gone" })),
  };
  serve(contract, answers as Handlers<Contract>, channel);
  const frames = sent.flatMap((one) => frameOf(one) ?? []);
  open = frames.filter(({ type }) => type === "request").length;
  if (open === 0) done.resolve();
  frames.forEach((frame) => hear(frame));
  await done.promise;
  close();
  if (faults[0] !== undefined) throw new Error(faults[0]);
}

/** The server hangs up on whoever sends what is no frame. */
function frameOf(message: unknown): Frame | null {
  try {
    return readFrame(message);
  } catch {
    return null;
  }
}

export const addresses: Target = {
  form: "text",
  name: "address.txt",
  seeds: () =>
    [
      "/k/abcdef-_123/files/runs/run-1/previews/step-1.png?v=12",
      "/k/a/files/runs/run-1/evaluation-a/images/1.png",
      "/k/a/files/exports/a b.zip",
      "/assets/index-abc.js?token=1",
      "/%2e%2e/%2fetc/passwd",
      "//host/%00",
    ].map((text) => Buffer.from(text)),
  open(folder) {
    const home = openHome(join(folder, "home"));
    const page = join(folder, "page");
    mkdirSync(page);
    return (_, bytes) => {
      const url = URL.parse(Buffer.from(bytes).toString("latin1"), "http://any");
      if (url === null) return;
      const { path } = keyOf(decodePath(url.pathname));
      if (path.startsWith("/files/")) findStudioFile(home, path.slice("/files/".length));
      findPageFile(page, path);
    };
  },
};
