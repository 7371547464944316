import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileWorkflow } from "../../nodes/compile-workflow.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import { NO_FACTS } from "../common/workflow-node-type.ts";
import { programFunctions } from "../program/functions/index.ts";
import { openHome } from "./home.ts";
import { findStudioFile } from "./run-files.ts";
import { readTemplates } from "./templates.ts";

const templates = readTemplates();
/** Of a picture in the gallery. */
const MOST_BYTES = 40_000;

test("the emoji workflow comes first, which a first start shows and which needs nothing", () => {
  expect(templates.map(({ id }) => id)).toEqual([
    "learn-emoji",
    "train-reward",
    "per-sample",
    "emoji-text-encoder",
    "emoji-lora",
    "emoji-text-encoder-lora",
    "emoji-token",
    "several-rewards",
    "emoji-embedding-and-lora",
    "emoji-images-and-video",
    "learn-sd15",
    "learn-sd15-quick",
  ]);
});

test("every template has a small picture, which a page may fetch", () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-templates-"));
  const home = openHome(folder);
  try {
    for (const { id, picture } of templates) {
      const found = findStudioFile(home, (picture ?? "").replace(/^files\//, ""));
      expect(found, id).toMatchObject({ contentType: "image/webp", download: null });
      expect(statSync(found?.path ?? "").size, id).toBeLessThan(MOST_BYTES);
    }
  } finally {
    home.leave();
    rmSync(folder, { recursive: true });
  }
});

test("what needs nothing compiles as it is, and of the others only what they say they need is missing", () => {
  for (const { id, needs, workflow } of templates) {
    const { diagnostics } = compileWorkflow(readWorkflow(workflow, id).workflow, NO_FACTS, nodeTypes, programFunctions);
    const unexpected = diagnostics.filter(({ code }) => code !== "param-missing" && code !== "prompts-empty");
    expect(unexpected, id).toEqual([]);
    expect(diagnostics.length, id).toBe(needs.length);
  }
});
