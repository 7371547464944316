import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { applyManyInput } from "../../common/apply-many.ts";
import { runEvent } from "../../common/run-events.ts";
import { writeConditioning } from "../../embeddings/testing/write-conditioning.ts";
import { embedded } from "../../models/embedded.ts";
import { applyMany } from "./apply-many.ts";

vi.setConfig({ testTimeout: 120_000 });
const root = mkdtempSync(join(tmpdir(), "reneg-apply-many-"));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true }));

beforeAll(() => {
  writeConditioning(at("fits.safetensors"), 128);
  writeConditioning(at("other.safetensors"), 768);
  writeFileSync(at("prompts.txt"), `# two of them\n\nA red apple!\n${"on a plate, ".repeat(60)}\n`);
});

function run(changes: object) {
  const warnings: string[] = [];
  const input = { embedding: at("fits.safetensors"), to: "emoji", steps: 1, columns: ["learned"], device: "cpu" };
  const drawn = applyMany(applyManyInput.parse({ ...input, prompts: at("prompts.txt"), out: at("out"), ...changes }), {
    signal: new AbortController().signal,
    async emit(sent) {
      const event = runEvent.parse(sent);
      if (event.type === "warning") warnings.push(event.diagnostic.message);
    },
  });
  return drawn.then((result) => ({ ...result, warnings }));
}

test("prompts of a list are files of one folder, by number, words and a seed that counts on, and what is cut of them is told once", async () => {
  const { images, warnings } = await run({ seed: 7 });
  expect(images.map(({ file, seed }) => ({ file: basename(file), seed }))).toEqual([
    { file: "001-a-red-apple-seed7.png", seed: 7 },
    { file: "002-on-a-plate-on-a-plate-seed8.png", seed: 8 },
  ]);
  expect(readdirSync(at("out")).toSorted()).toEqual([
    ...images.map(({ file }) => basename(file)),
    "drawn.json",
    "drawn.jsonl",
  ]);
  expect(warnings.filter((message) => message.startsWith("1 of 2 prompts is too long"))).toHaveLength(1);
});

test("a list that is drawn into a folder of its model is gone on with", async () => {
  cpSync(embedded.pipeline, at("model"), { recursive: true });
  const asked = { to: at("model"), out: at("model/drawn") };
  expect((await run(asked)).kept).toBe(0);
  expect((await run(asked)).kept).toBe(2);
});

test("a format may be chosen for all files of a folder", async () => {
  const { images } = await run({ prompts: ["one", "two"], out: at("formats"), format: "gif" });
  for (const { file } of images) expect((await sharp(file).metadata()).format).toBe("gif");
});

test("a single prompt is drawn into the file that is named", async () => {
  const { images } = await run({ prompts: ["one"], out: at("single.webp") });
  expect(images).toEqual([{ file: at("single.webp"), prompt: "one", seed: 0 }]);
  expect((await sharp(at("single.webp")).metadata()).format).toBe("webp");
});

test.each([
  ["a list into a file", { out: at("list.png") }, /a list of 2 is drawn into a folder, and .*list\.png names a file/],
  ["a format beside the name of a file", { prompts: ["one"], format: "gif" }, /has the format that its name tells/],
  ["an embedding of another width", { embedding: at("other.safetensors"), out: at("none") }, /768/],
  ["a model that is not there", { to: at("nowhere"), out: at("none") }, /no such file or folder/],
])("%s is refused before anything is written", async (_, changes, message) => {
  await expect(run(changes)).rejects.toThrow(message);
  expect(existsSync(at("none"))).toBe(false);
  expect(existsSync(at("list.png"))).toBe(false);
});
