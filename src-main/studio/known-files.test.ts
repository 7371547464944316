import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KNOWN_SPACES } from "../common/embedding-space.ts";
import { setParam } from "../common/workflow-edits.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { sampleConditioning } from "../embeddings/testing/sample-embedding.ts";
import { fullSizeShapes, writeSparse } from "../models/testing/sparse-checkpoint.ts";
import { writePipeline } from "../models/testing/write-pipeline.ts";
import { createStudio, type Studio } from "./studio.ts";
import { readTemplates } from "./templates.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-known-files-"));
const at = (name: string): string => join(root, name);
const context = { signal: new AbortController().signal };
let studio: Studio;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(() => {
  writePipeline(at("models/sd"));
  writeFileSync(at("list.txt"), "a cat\n");
  mkdirSync(at("elsewhere"));
  writeEmbedding(at("elsewhere/negative.safetensors"), {
    conditioning: sampleConditioning(KNOWN_SPACES.clipL),
    metadata: null,
  });
  studio = createStudio({ home: at("home"), version: "1", shell: "browser" });
});
afterAll(async () => {
  await studio.close();
  rmSync(root, { recursive: true });
});

test("what comes with the program is listed first, and what folders hold last", async () => {
  await studio.handlers.saveModelFolders({ folders: [at("models")] }, context);
  const { files, folders } = await studio.handlers.knownFiles({}, context);
  expect(folders).toEqual([at("models")]);
  expect(files[0]).toMatchObject({ path: "emoji", origin: "embedded", kind: "pipeline", name: "Emoji pipeline" });
  expect(files.at(-1)).toMatchObject({ path: at("models/sd"), origin: "folder", kind: "pipeline" });
});

test("what was chosen is listed as used before, the newest first, also where no folder is searched", async () => {
  for (const name of ["list.txt", "elsewhere/negative.safetensors", "gone.txt"])
    await studio.handlers.rememberFile({ path: at(name) }, context);
  const { files } = await studio.handlers.knownFiles({}, context);
  expect(files.filter(({ origin }) => origin === "recent")).toMatchObject([
    { path: at("elsewhere/negative.safetensors"), kind: "embedding" },
    { path: at("list.txt"), kind: "prompts" },
  ]);
});

test("a table in Parquet that a page has sent becomes a folder of pairs, which is listed as used", async () => {
  const table = readFileSync(join(import.meta.dirname, "../preferences/testing/pick-a-pic-snappy.parquet"));
  const chunks = (async function* () {
    yield table;
  })();
  const sent = await studio.receive({ name: "validation.parquet", bytes: null, chunks });
  const { file } = await studio.handlers.describeFile({ path: sent }, context);
  expect(file?.refusal).toMatchObject({ code: "table-parquet", action: "import pairs" });
  const progress: string[] = [];
  const { folder } = await studio.handlers.importPairs(
    { path: sent },
    {
      ...context,
      async emit(event) {
        if (event.type === "progress") progress.push(`${event.done}/${event.total}`);
      },
    },
  );
  expect(progress).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  expect(existsSync(sent)).toBe(false);
  const { files } = await studio.handlers.knownFiles({}, context);
  expect(files.find(({ path }) => path === folder)).toMatchObject({ kind: "pairs", origin: "recent", refusal: null });
});

test("a table that lies where it was is imported once, and found again", async () => {
  mkdirSync(at("tables"));
  const path = at("tables/hpd.parquet");
  copyFileSync(join(import.meta.dirname, "../preferences/testing/hpd.parquet"), path);
  const quiet = { ...context, emit: async () => {} };
  const { folder } = await studio.handlers.importPairs({ path }, quiet);
  writeFileSync(join(folder, "kept.txt"), "");
  expect(await studio.handlers.importPairs({ path }, quiet)).toEqual({ folder });
  expect([existsSync(path), existsSync(join(folder, "kept.txt"))]).toEqual([true, true]);
});

test("a file that a page has sent stays where it can be used, and only such a file is moved", async () => {
  const chunks = (async function* () {
    yield Buffer.from("a dog\n");
  })();
  const sent = await studio.receive({ name: "dogs.txt", bytes: null, chunks });
  const { path } = await studio.handlers.keepUpload({ path: sent }, context);
  expect([existsSync(sent), existsSync(path)]).toEqual([false, true]);
  expect(await studio.handlers.describeFile({ path }, context)).toMatchObject({ file: { kind: "prompts" } });
  await expect(studio.handlers.keepUpload({ path: at("list.txt") }, context)).rejects.toThrow(/no file that a page/);
  expect(existsSync(at("list.txt"))).toBe(true);
});

test("a path that holds nothing to choose is answered with nothing", async () => {
  expect(await studio.handlers.describeFile({ path: at("not there") }, context)).toEqual({ file: null });
});

test("a template says what to get for each node, and sees it as soon as it lies in a folder of models", async () => {
  const found = readTemplates().find(({ id }) => id === "learn-sd15-quick");
  const { workflow } = readWorkflow(found?.workflow, "template");
  const before = await studio.handlers.needs({ workflow }, context);
  expect(before.map(({ node, param }) => `${node}.${param}`)).toEqual([
    "pipeline.path",
    "reward.path",
    "held-out.path",
  ]);
  for (const { models } of before) {
    for (const { page, get, bytes, licence, put, found: there } of models) {
      expect(page).toMatch(/^https:/);
      expect([get, licence, put].every((words) => words !== "")).toBe(true);
      expect(bytes).toBeGreaterThan(1e6);
      expect(there).toEqual([]);
    }
  }
  writeSparse(at("models/v1-5-pruned-emaonly.safetensors"), fullSizeShapes("sd1"));
  const [pipeline] = await studio.handlers.needs({ workflow }, context);
  expect(pipeline?.models[0]?.found).toEqual([
    { path: at("models/v1-5-pruned-emaonly.safetensors"), name: "v1-5-pruned-emaonly" },
  ]);
  const chosen = setParam(workflow, "pipeline", "path", at("models/v1-5-pruned-emaonly.safetensors"));
  const after = await studio.handlers.needs({ workflow: chosen }, context);
  expect(after.map(({ node }) => node)).toEqual(["reward", "held-out"]);
});
