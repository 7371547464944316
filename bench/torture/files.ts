// `files`: files of the kinds that people give, each damaged by lot, read by all that would read them. Each try has a budget of time and of
// memory: what costs more than its size explains is a way to stop the program.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import { extractWorkflow } from "../../src-main/engine/extract-workflow.ts";
import { inspectPath } from "../../src-main/engine/inspect.ts";
import { faultsOfWorkflow, readProgramFile } from "../../src-main/engine/program-file.ts";
import { bundleOfWorkflow, readBundle, textsOf, writeBundle } from "../../src-main/studio/bundle.ts";
import { mutate } from "../../src-main/weights/testing/mutate.ts";
import { readTextFile } from "../../src-main/weights/text-file.ts";
import type { Part } from "./part.ts";
import { createRandom, pick } from "./random.ts";
import { createTally } from "./tally.ts";

const LONGEST_MS = 3000;
const MOST_BYTES = 512 * 2 ** 20;
const SHOWN_FAULT = 300;
/** Between two lines about how far it is. */
const TOLD_EVERY = 20_000;
const RESOURCES = join(import.meta.dirname, "../../resources");
const resource = (...names: readonly string[]): Buffer => readFileSync(join(RESOURCES, ...names));

type Reader = (file: string, folder: string) => unknown;

const READERS: Readonly<Record<string, Reader>> = {
  inspect: (file) => inspectPath(file),
  "extract a workflow": (file) => extractWorkflow(file),
  "read a program": (file) => readProgramFile(file),
  "read a text": (file) => readTextFile(file),
  "check a workflow": (file, folder) => faultsOfWorkflow({ workflow: JSON.parse(readTextFile(file)), folder }),
  "unpack a bundle": (file, folder) => readBundle(file, join(folder, "unpacked")),
};
const OF_TEXTS = ["inspect", "extract a workflow", "read a program", "read a text", "check a workflow"];

/** By what people call them. */
function validFiles(folder: string): readonly {
  readonly name: string;
  readonly bytes: Buffer;
  readonly readers: readonly string[];
}[] {
  const workflow = resource("workflows", "learn-emoji.reneg.json");
  const recipe = JSON.stringify({
    prompts: ["a red apple"],
    steps: 2,
    saveAs: "a.safetensors",
    previews: { every: 1 },
  });
  const bundle = join(folder, "shared.zip");
  const content = bundleOfWorkflow("Shared", JSON.parse(workflow.toString("utf8")), folder);
  writeBundle(content, bundle, textsOf(content));
  const texts = (name: string, bytes: Buffer) => ({ name, bytes, readers: OF_TEXTS });
  return [
    texts("workflow.reneg.json", workflow),
    texts("recipe.json", Buffer.from(recipe)),
    texts("config.json", resource("emoji", "controlnet", "config.json")),
    texts("model_index.json", resource("emoji", "pipeline", "model_index.json")),
    texts("vocab.json", resource("emoji", "pipeline", "tokenizer", "vocab.json")),
    texts("prompts.txt", Buffer.from("a red apple\na rocket, drawn (well:1.2)\n")),
    { name: "example.png", bytes: resource("emoji", "controlnet", "example.png"), readers: OF_TEXTS.slice(0, 2) },
    { name: "embedding.safetensors", bytes: embedding(), readers: OF_TEXTS.slice(0, 2) },
    { name: "shared.zip", bytes: readFileSync(bundle), readers: ["unpack a bundle", "inspect"] },
  ];
}

/** One vector of 64 zeros, as learned words are kept. */
function embedding(): Buffer {
  const header = JSON.stringify({ emb_params: { dtype: "F32", shape: [1, 64], data_offsets: [0, 256] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(256)]);
}

export const files: Part = {
  summary: "Damaged files of all kinds, read within budgets of time and memory.",
  amount: { of: "files", whole: 200_000, small: 1500 },
  async run({ seed, amount, folder, say }) {
    const random = createRandom(seed);
    const valid = validFiles(folder);
    const tally = createTally();
    const longest = new Map<string, number>();
    for (let count = 0; count < amount; count++) {
      const { name, bytes, readers } = pick(valid, random);
      const reader = pick(readers, random);
      const what = `${reader}: ${name}`;
      const file = join(folder, `damaged${extname(name)}`);
      writeFileSync(file, mutate(bytes, random));
      const { faults, ms } = attempt(reader, file, folder);
      longest.set(what, Math.max(longest.get(what) ?? 0, ms));
      if (faults.length > 0) writeFileSync(join(folder, `fault-${count}${extname(name)}`), readFileSync(file));
      tally.count(what, faults);
      if ((count + 1) % TOLD_EVERY === 0) say(`${count + 1} of ${amount} files`);
    }
    return {
      rows: tally.rows().map((row) => ({ ...row, note: `longest ${Math.round(longest.get(row.what) ?? 0)} ms` })),
    };
  },
};

function attempt(reader: string, file: string, folder: string): { readonly faults: string[]; readonly ms: number } {
  const faults: string[] = [];
  const [began, before] = [performance.now(), process.memoryUsage().rss];
  try {
    READERS[reader]?.(file, folder);
  } catch (error) {
    // What JSON.parse says of a text is a refusal of the caller.
    const isRefused = error instanceof Refusal || (error instanceof SyntaxError && reader === "check a workflow");
    if (!isRefused) faults.push(String(error instanceof Error ? error.stack : error).slice(0, SHOWN_FAULT));
  }
  const ms = performance.now() - began;
  const bytes = process.memoryUsage().rss - before;
  if (ms > LONGEST_MS) faults.push(`took ${Math.round(ms)} ms`);
  if (bytes > MOST_BYTES) faults.push(`took ${Math.round(bytes / 2 ** 20)} MiB`);
  rmSync(join(folder, "unpacked"), { recursive: true, force: true });
  return { faults, ms };
}
