import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, unzipSync, zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { setParam } from "../common/workflow-edits.ts";
import { printWorkflow } from "../common/workflow-file.ts";
import { bundleOfWorkflow, readBundle, textsOf, writeBundle } from "./bundle.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-bundle-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function save(bytes: Uint8Array): string {
  const file = join(folder, "shared.zip");
  writeFileSync(file, bytes);
  return file;
}

const codeIn = (bytes: Uint8Array) => codeOf(() => readBundle(save(bytes), join(folder, "out")));

/** The archive's list of contents begins with PK 1 2; 24 bytes further stands the size of what is unpacked. */
function claimingSize(zip: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(size, bytes.indexOf("PK\x01\x02", 0, "latin1") + 24);
  return bytes;
}

const workflow = strToU8(printWorkflow(template("learn-emoji")));

test("what lies in a bundle is found, and of other files the name stays", () => {
  let shared = setParam(template("learn-emoji"), "prompts", "file", "words.txt");
  shared = setParam(shared, "reward", "path", "hps");
  const bytes = zipSync({ "workflow.reneg.json": strToU8(printWorkflow(shared)), "words.txt": strToU8("a cat\n") });
  const opened = readBundle(save(bytes), join(folder, "out"));
  expect(opened.graph.nodes["prompts"]?.params["file"]).toBe(join(folder, "out", "words.txt"));
  expect(opened.graph.nodes["reward"]?.params["path"]).toBe("hps");
});

test("a workflow without a run is shared with its prompts, and its card names what is not in it", () => {
  writeFileSync(join(folder, "words.txt"), "a cat\n");
  let shared = setParam(template("learn-emoji"), "prompts", "file", "words.txt");
  shared = setParam(shared, "reward", "path", "/models/hps");
  const file = join(folder, "shared.zip");
  const content = bundleOfWorkflow("Cats", shared, folder);
  expect(textsOf(content)).toEqual([join(folder, "words.txt")]);
  writeBundle(content, file, textsOf(content));
  const card = Buffer.from(unzipSync(readFileSync(file))["README.md"] ?? []).toString();
  expect(card).toMatch(/^# Cats\n/);
  expect(card).toContain("It names `hps`");
  const opened = readBundle(file, join(folder, "out"));
  expect(opened.graph.nodes["prompts"]?.params["file"]).toBe(join(folder, "out", "words.txt"));
  expect(opened.graph.nodes["reward"]?.params["path"]).toBe("hps");
  expect(opened.graph.edges).toEqual(shared.graph.edges);
});

test("entries that lead outside, bombs, stumps and foreign archives are refused", () => {
  expect(codeIn(zipSync({ "workflow.reneg.json": workflow, "../evil.txt": strToU8("x") }))).toBe("bundle-outside");
  expect(codeIn(zipSync({ "workflow.reneg.json": workflow, "/evil.txt": strToU8("x") }))).toBe("bundle-outside");
  expect(codeIn(claimingSize(zipSync({ "a.txt": strToU8("x") }), 2 ** 30))).toBe("bundle-too-large");
  expect(codeIn(zipSync({ "other.txt": strToU8("x") }))).toBe("bundle-foreign");
  expect(codeIn(zipSync({ "workflow.reneg.json": workflow }).subarray(0, 300))).toBe("bundle-damaged");
});

test("what the user has not confirmed is not packed, wherever the workflow says that it lies", () => {
  writeFileSync(join(folder, "private.txt"), "secret\n");
  const shared = setParam(template("learn-emoji"), "prompts", "file", join(folder, "private.txt"));
  const file = join(folder, "shared.zip");
  for (const confirmed of [[], ["/etc/passwd"], [join(folder, "other.txt")]]) {
    writeBundle(bundleOfWorkflow("Cats", shared, "/"), file, confirmed);
    expect(Object.keys(unzipSync(readFileSync(file)))).toEqual(["README.md", "workflow.reneg.json"]);
    expect(readFileSync(file, "latin1")).not.toContain("secret");
  }
});

test("an entry of which a bit was lost is refused, and writes nothing", () => {
  // Not compressed, so that nothing else notices.
  const bytes = zipSync({ "workflow.reneg.json": workflow, "words.txt": strToU8("a cat\n") }, { level: 0 });
  const damaged = Buffer.from(bytes);
  damaged.write("b", damaged.indexOf("a cat"));
  expect(codeIn(damaged)).toBe("bundle-damaged");
  expect(existsSync(join(folder, "out"))).toBe(false);
});
