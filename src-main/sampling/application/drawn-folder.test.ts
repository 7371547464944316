import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DRAWN_LIST, DRAWN_RECORD, type DrawnPrompt } from "../../common/apply-many.ts";
import { applyRequest } from "../../common/applying.ts";
import { writeConditioning } from "../../embeddings/testing/write-conditioning.ts";
import { embedded } from "../../models/embedded.ts";
import { openTarget } from "../../models/target/open-target.ts";
import { makeFolder } from "../../weights/atomic-write.ts";
import { openDrawnFolder } from "./drawn-folder.ts";
import { resolveDrawing } from "./resolve-drawing.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-drawn-folder-"));
const at = (...names: readonly string[]): string => join(root, ...names);
beforeAll(() => writeConditioning(at("negative.safetensors"), 128));
afterAll(() => rmSync(root, { recursive: true }));

function open(name: string, changes: object = {}) {
  const request = applyRequest.parse({ embedding: at("negative.safetensors"), to: "emoji", prompt: "", ...changes });
  const target = openTarget(request.to, {});
  makeFolder(at(name));
  return openDrawnFolder(at(name), { request, target, settings: resolveDrawing(request, target) });
}

/** Its file is written, as by whoever draws it. */
function drawn(name: string, seed: number): DrawnPrompt {
  const file = at(name, `${seed}.png`);
  writeFileSync(file, "");
  return { file, prompt: `apple ${seed}`, seed };
}

test("an image adds a line, and rewrites neither the list nor the record", () => {
  const folder = open("long");
  folder.add(drawn("long", 0));
  const files = [DRAWN_RECORD, DRAWN_LIST].map((file) => at("long", file));
  const inodes = () => files.map((file) => statSync(file).ino);
  const before = inodes();
  const [record = "", list = ""] = files.map((file) => readFileSync(file, "utf8"));
  for (let seed = 1; seed < 20; seed++) folder.add(drawn("long", seed));
  expect(inodes()).toEqual(before);
  expect(readFileSync(at("long", DRAWN_RECORD), "utf8")).toBe(record);
  expect(readFileSync(at("long", DRAWN_LIST), "utf8").startsWith(list)).toBe(true);
  const again = open("long");
  for (let seed = 0; seed < 20; seed++) expect(again.has(drawn("long", seed))).toBe(true);
  expect(again.has({ ...drawn("long", 3), prompt: "pear" })).toBe(false);
});

test("an image whose line a crash has cut off is drawn again, and its line stands by itself", () => {
  const folder = open("cut");
  const [one, two] = [drawn("cut", 1), drawn("cut", 2)];
  folder.add(one);
  appendFileSync(at("cut", DRAWN_LIST), '{"file":"2.png","pro');
  const next = open("cut");
  expect([next.has(one), next.has(two)]).toEqual([true, false]);
  next.add(two);
  const last = open("cut");
  expect([last.has(one), last.has(two)]).toEqual([true, true]);
});

test("nothing is there of a list whose record is missing, and a line that somebody has damaged is named", () => {
  open("damaged").add(drawn("damaged", 1));
  rmSync(at("damaged", DRAWN_RECORD));
  expect(open("damaged").has(drawn("damaged", 1))).toBe(false);
  open("damaged").add(drawn("damaged", 2));
  expect(readFileSync(at("damaged", DRAWN_LIST), "utf8").split("\n")).toHaveLength(2);
  appendFileSync(at("damaged", DRAWN_LIST), "{}\n");
  expect(() => open("damaged")).toThrow(/names no file[^]*drawn\.jsonl › line 2/);
});

test("a list that is lost beside its record is told, and not taken for one of no images", () => {
  open("lost").add(drawn("lost", 1));
  rmSync(at("lost", DRAWN_LIST));
  expect(() => open("lost")).toThrow(
    /list of the images in this folder is missing[^]*drawn\.jsonl[^]*delete drawn\.json,/,
  );
  rmSync(at("lost", DRAWN_RECORD));
  expect(open("lost").has(drawn("lost", 1))).toBe(false);
});

test("a folder is gone on with by the model that began it, and not by another in its place", () => {
  const copy = at("model");
  cpSync(embedded.pipeline, copy, { recursive: true });
  open("replaced", { to: copy }).add(drawn("replaced", 1));
  expect(open("replaced", { to: copy }).has(drawn("replaced", 1))).toBe(true);
  const [weights = ""] = readdirSync(at("model", "vae")).filter((name) => name.endsWith(".safetensors"));
  const file = at("model", "vae", weights);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(() => open("replaced", { to: copy })).toThrow(/images of another model/);
});
