import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { setParam } from "../common/workflow-edits.ts";
import { printWorkflow } from "../common/workflow-file.ts";
import { writePng } from "../pictures/picture.ts";
import { extractWorkflow } from "./extract-workflow.ts";
import { WORKFLOW_TEXT } from "./workflow-stamp.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-extract-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const emoji = template("learn-emoji");

async function picture(text: Readonly<Record<string, string>>): Promise<string> {
  const file = join(folder, "preview.png");
  await writePng(file, { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }, text);
  return file;
}

const codeIn = (file: string) => codeOf(() => extractWorkflow(file));

test("a picture opens as the workflow that it carries", async () => {
  const file = await picture({ [WORKFLOW_TEXT]: printWorkflow(emoji) });
  expect(extractWorkflow(file)).toEqual({ workflow: emoji, diagnostics: [] });
});

test("of the files that it names, those that lie beside the picture are meant, and of others the name stays", async () => {
  writeFileSync(join(folder, "words.txt"), "a cat\n");
  const named = setParam(setParam(emoji, "prompts", "file", "words.txt"), "reward", "path", "hps");
  const { graph } = extractWorkflow(await picture({ [WORKFLOW_TEXT]: printWorkflow(named) })).workflow;
  expect(graph.nodes["prompts"]?.params["file"]).toBe(join(folder, "words.txt"));
  expect(graph.nodes["reward"]?.params["path"]).toBe("hps");
});

test("a picture that was cut off anywhere before its pixels is refused, not half read", async () => {
  const whole = readFileSync(await picture({ [WORKFLOW_TEXT]: printWorkflow(emoji) }));
  const endOfText = whole.indexOf("IDAT", 0, "latin1") - 4;
  for (const length of [8, 20, 40, endOfText >> 1, endOfText - 1]) {
    const file = join(folder, "cut.png");
    writeFileSync(file, whole.subarray(0, length));
    expect(codeIn(file), `${length} of ${whole.length} bytes`).toMatch(/^(png-damaged|workflow-none)$/);
  }
});

test("a picture without a workflow, one whose workflow is nonsense, and no file at all say so", async () => {
  expect(codeIn(await picture({ Comment: "hello" }))).toBe("workflow-none");
  expect(codeIn(await picture({ [WORKFLOW_TEXT]: "{" }))).toBe("json-invalid");
  expect(codeIn(await picture({ [WORKFLOW_TEXT]: '{"format": "other"}' }))).toBe("workflow-foreign");
  expect(codeIn(join(folder, "none.png"))).toBe("file-missing");
});
