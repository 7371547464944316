// Workflows and recipes: as files, checked, planned, compared; bundles; and drafts.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeTypes } from "../../../nodes/index.ts";
import { differencesBetween, parametersOf } from "../../../src-main/common/workflow-difference.ts";
import { parseWorkflow, printWorkflow } from "../../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../../src-main/common/workflow.ts";
import { faultsOfWorkflow, readProgramFile } from "../../../src-main/engine/program-file.ts";
import { bundleOfWorkflow, readBundle, writeBundle } from "../../../src-main/studio/bundle.ts";
import { openDrafts } from "../../../src-main/studio/drafts.ts";
import { zipStored } from "../../../src-main/weights/torch/zip-stored.ts";
import { joinFiles, splitFiles } from "../joined-files.ts";
import type { Target } from "../target.ts";
import { repositoryFile, repositoryFiles, written } from "./seeds.ts";

const LEARN = "resources/workflows/learn-emoji.reneg.json";
const shipped = (): Buffer[] => repositoryFiles("resources/workflows", /\.reneg\.json$/);
const learn = (): Workflow => parseWorkflow(repositoryFile(LEARN).toString("utf8"), LEARN).workflow;

export const workflows: Target = {
  form: "json",
  name: "workflow.reneg.json",
  seeds: () => [...shipped(), ...repositoryFiles("src-main/common/migrations/fixtures", /\.reneg\.json$/)],
  open() {
    const other = learn();
    return (path, bytes) => {
      const { workflow } = parseWorkflow(Buffer.from(bytes).toString("utf8"), path);
      parametersOf(workflow, nodeTypes);
      differencesBetween(other, workflow, nodeTypes);
      differencesBetween(workflow, other, nodeTypes);
      printWorkflow(workflow);
      faultsOfWorkflow({ workflow, folder: join(path, "..") });
    };
  },
};

export const recipes: Target = {
  form: "json",
  name: "recipe.json",
  seeds: () => [...repositoryFiles("resources/recipes", /\.json$/), repositoryFile(LEARN)],
  open: () => (path) => readProgramFile(path),
};

export const bundles: Target = {
  form: "bytes",
  name: "shared.zip",
  seeds: () => [
    written(".zip", (file) => writeBundle(bundleOfWorkflow("Shared", learn(), "/"), file, [])),
    Buffer.concat(zipStored([{ name: "workflow.reneg.json", content: repositoryFile(LEARN) }])),
  ],
  open: (folder) => (path) => readBundle(path, join(folder, "unpacked")),
};

export const bundleContents: Target = {
  form: "files",
  name: "contents",
  seeds: () => [
    joinFiles({ "workflow.reneg.json": repositoryFile(LEARN), "prompts.txt": "a red apple\n", "README.md": "# A" }),
  ],
  open: (folder) => {
    const archive = join(folder, "shared.zip");
    return (_, bytes) => {
      const parts = [...splitFiles(bytes)].map(([name, content]) => ({ name, content }));
      writeFileSync(archive, Buffer.concat(zipStored(parts)));
      return readBundle(archive, join(folder, "unpacked"));
    };
  },
};

export const drafts: Target = {
  form: "files",
  name: "drafts",
  seeds() {
    const workflow = learn();
    const selection = { nodes: [], edges: [] };
    const [id = "", node] = Object.entries(workflow.graph.nodes)[0] ?? [];
    const step = (changes: readonly unknown[]) => ({
      ...{ label: "Move", mergeKey: null, at: 1, size: 10, before: selection, after: selection },
      changes,
    });
    const steps = [step([{ record: "graph.nodes", id, before: undefined, after: node }])];
    const tab = { id: "tab-1", name: "learn", path: null, version: null, saved: 0, copy: "c", done: 1 };
    const entry = {
      ...{ ...tab, done: 2, forgotten: 0, kept: 1 },
      steps: [step([{ record: "rest", before: {}, after: { format: workflow.format, graph: {}, view: {} } }])],
    };
    const undone = { ...entry, done: 0, kept: 1, steps: [] };
    return [
      joinFiles({
        "tab-1.json": JSON.stringify({ ...tab, workflow, steps }),
        "tab-1.jsonl": `${JSON.stringify(entry)}\n${JSON.stringify(undone)}\n`,
      }),
    ];
  },
  open: () => (path) => openDrafts({ drafts: path }).read(),
};
