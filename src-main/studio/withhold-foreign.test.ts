// The system itself tells whether anything was looked at: a path through a symbolic link leaves a time on the link, even if it was only
// asked whether anything is there.

import {
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { allowFolders, withheldPaths } from "../../nodes/withheld-paths.ts";
import { diagnosticSchema } from "../common/diagnostic-schema.ts";
import { Refusal } from "../common/diagnostic.ts";
import { setParam } from "../common/workflow-edits.ts";
import { printWorkflow, readWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { writePng } from "../pictures/picture.ts";
import { createStudio, type Studio } from "./studio.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-withhold-"));
const at = (name: string): string => join(root, name);
const context = { signal: new AbortController().signal };
const LINK = at("link");
let studio: Studio;
/** Other systems note no such times, or only where they are told to. */
const isTold = process.platform === "linux";
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(() => {
  mkdirSync(at("real"));
  mkdirSync(at("downloads"));
  writeFileSync(at("real/words.txt"), "a cat\na dog\n");
  symlinkSync(at("real"), LINK);
  studio = createStudio({ home: at("home"), version: "1", shell: "browser" });
});
afterAll(async () => {
  await studio.close();
  rmSync(root, { recursive: true });
});
beforeEach(forgetLooks);

/** Older than the last change of the link, so that the next look is noted whatever the file system is sparing with. */
function forgetLooks(): void {
  lutimesSync(LINK, new Date(0), new Date());
}

function wasLookedAt(): boolean {
  return lstatSync(LINK).atimeMs !== 0;
}

const PROMPTS = join(LINK, "words.txt");
const foreign = [
  ["prompts", "file", PROMPTS],
  ["reward", "path", join(LINK, "hps")],
  // From the folder of the home where workflows without a file belong, through the link.
  ["pipeline", "path", join(relative(at("home/workflows"), LINK), "sd15")],
] as const;
const shared = foreign.reduce<Workflow>(
  (workflow, [node, param, path]) => setParam(workflow, node, param, path),
  template("learn-emoji"),
);

async function dropped(name: string, content: Uint8Array): Promise<Workflow> {
  const chunks = (async function* () {
    yield content;
  })();
  const path = await studio.receive({ name, bytes: null, chunks });
  const { workflow } = await studio.handlers.importDocument({ path }, context);
  return readWorkflow(workflow, name).workflow;
}

async function picture(): Promise<Uint8Array> {
  const file = at("preview.png");
  await writePng(
    file,
    { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) },
    { "reneg-workflow": printWorkflow(shared) },
  );
  return readFileSync(file);
}

function withheldNodes(diagnostics: unknown): string[] {
  const withheld = diagnosticSchema
    .array()
    .parse(diagnostics)
    .filter(({ code }) => code === "path-withheld");
  return withheld.flatMap(({ at: { node } }) => node ?? []).toSorted();
}

async function codesOf(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics.map(({ code }) => code);
  }
  return [];
}

const TEXT = strToU8(printWorkflow(shared));
const BUNDLE = zipSync({ "workflow.reneg.json": TEXT });
const CARRIERS: Readonly<Record<string, Uint8Array>> = {
  "shared.reneg.json": TEXT,
  "shared.zip": BUNDLE,
  "shared.png": await picture(),
  // It says of itself that it may be looked at.
  "allowed.reneg.json": strToU8(printWorkflow({ ...shared, meta: { ...shared.meta, withheld: [] } })),
};

test.runIf(isTold)("the oracle: asking whether anything is there leaves a trace", async () => {
  await studio.handlers.describeFile({ path: PROMPTS }, context);
  expect(wasLookedAt()).toBe(true);
});

for (const [name, content] of Object.entries(CARRIERS)) {
  test.runIf(isTold)(
    `nothing looks where ${name} leads before the user agrees, whatever is asked about it`,
    async () => {
      const workflow = await dropped(name, content);
      const document = { workflow, path: null };
      expect(withheldPaths(workflow).map(({ node }) => node)).toEqual(
        expect.arrayContaining(["prompts", "reward", "pipeline"]),
      );
      const { diagnostics, missing } = await studio.handlers.check(document, context);
      expect(withheldNodes(diagnostics)).toEqual(["pipeline", "prompts", "reward"]);
      expect(missing).toEqual([]);
      await studio.handlers.needs({ workflow }, context);
      const planned = studio.handlers.plan({ ...document, device: "cpu", measure: false, cuts: "auto" }, context);
      expect(await codesOf(planned)).toContain("path-withheld");
      const trained = studio.handlers.enqueue({ ...document, name: "shared", device: "cpu" }, context);
      expect(await codesOf(trained)).toContain("path-withheld");
      const of = { ...document, name: "again" };
      expect(await studio.handlers.bundleFiles({ of }, context)).toEqual({ paths: [] });
      await studio.handlers.exportBundle({ of, confirmed: [PROMPTS], path: null }, context);
      const draft = {
        id: "tab",
        name,
        ...document,
        version: null,
        saved: null,
        run: null,
        copy: "",
        done: 0,
        savedAt: "",
        steps: [],
      };
      await studio.handlers.saveDraft(draft, context);
      await studio.handlers.drafts({}, context);
      const path = at(`downloads/kept-${name}.reneg.json`);
      await studio.handlers.saveDocument({ path, workflow, version: null }, context);
      const { workflow: kept } = await studio.handlers.openDocument({ path }, context);
      await studio.handlers.check({ workflow: kept, path }, context);
      await studio.handlers.knownFiles({}, context);
      expect(wasLookedAt()).toBe(false);
    },
  );
}

test.runIf(isTold)("once the user agrees for the folder, its files are looked at and the others are not", async () => {
  const workflow = allowFolders(await dropped("shared.zip", BUNDLE), [LINK]);
  const { diagnostics } = await studio.handlers.check({ workflow, path: null }, context);
  expect(withheldNodes(diagnostics)).toEqual(["pipeline"]);
  const { paths } = await studio.handlers.bundleFiles({ of: { name: "mine", workflow, path: null } }, context);
  expect(paths).toEqual([PROMPTS]);
  expect(wasLookedAt()).toBe(true);
});

test.runIf(isTold)(
  "a path that leads up from where the file lies is meant from there, and not looked at either",
  async () => {
    const path = at("downloads/mine.json");
    const named = join("..", "link", "other", "words.txt");
    writeFileSync(path, printWorkflow(setParam(template("learn-emoji"), "prompts", "file", named)));
    const opened = await studio.handlers.importDocument({ path }, context);
    const { workflow } = readWorkflow(opened.workflow, path);
    expect(withheldPaths(workflow).map((one) => one.path)).toEqual([join(LINK, "other/words.txt")]);
    expect(wasLookedAt()).toBe(false);
  },
);

test.runIf(isTold)(
  "what the user has chosen before, or keeps in a folder of models, is not asked about again",
  async () => {
    await studio.handlers.rememberFile({ path: PROMPTS }, context);
    await studio.handlers.saveModelFolders({ folders: [LINK] }, context);
    const workflow = await dropped("shared.zip", BUNDLE);
    expect(withheldPaths(workflow).map(({ node }) => node)).toEqual(["pipeline"]);
  },
);

test.runIf(isTold)("a workflow file that the user opens where it lies is taken as it is", async () => {
  const path = at("downloads/mine.reneg.json");
  writeFileSync(path, printWorkflow(shared));
  const { workflow } = await studio.handlers.importDocument({ path }, context);
  expect(workflow).toEqual(shared);
});
