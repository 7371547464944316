import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { KNOWN_SPACES } from "../../src-main/common/embedding-space.ts";
import type { FileKind, KnownFile } from "../../src-main/common/known-file.ts";
import { addNode, setParam } from "../../src-main/common/workflow-edits.ts";
import type { ParamField } from "../../src-main/common/workflow-params.ts";
import { fieldsOf } from "../canvas/node-look.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { fileChoices } from "./file-choices.ts";
import { spacesOf } from "./judge-file.ts";
import { paramChoices } from "./param-choices.ts";
import { takerOf } from "./taker-of.ts";

const WITH_PIPELINE = addNode(
  EMPTY_WORKFLOW,
  "pipeline",
  { type: "model/pipeline", version: 1, params: { path: "emoji" } },
  { x: 0, y: 0 },
);
const { clipL, openclipH } = KNOWN_SPACES;

function file(path: string, kind: FileKind, more: Partial<KnownFile> = {}): KnownFile {
  return { path, name: path, kind, what: "what", bytes: 1e6, space: null, refusal: null, origin: "folder", ...more };
}

const files = [
  file("emoji", "pipeline", { origin: "embedded" }),
  file("emoji:rewards/preference", "reward", { origin: "embedded" }),
  file("/runs/1/negative.safetensors", "embedding", { origin: "run", space: clipL }),
  file("/m/sd15.safetensors", "pipeline", { space: clipL }),
  file("/m/used.safetensors", "pipeline", { origin: "recent", space: openclipH }),
  file("/m/canny.pth", "controlnet", { space: clipL }),
  file("/m/lora.safetensors", "other", {
    refusal: { severity: "error", code: "checkpoint-family", at: {}, message: "it changes a model" },
  }),
  file("/m/sd2.safetensors", "embedding", { space: openclipH }),
  file("/m/broken.safetensors", "pipeline", {
    refusal: { severity: "error", code: "broken", at: {}, message: "the file is damaged" },
  }),
];

const listed = (wanted: FileKind, spaces: readonly (typeof clipL | typeof openclipH)[] = []) =>
  fileChoices({ files, wanted, spaces, value: "emoji", take: () => undefined }).map(
    ({ id, group, refusal, doubt }) => `${group}: ${id}${refusal ? ` ✗ ${refusal}` : ""}${doubt ? ` ? ${doubt}` : ""}`,
  );

test("what fits comes first, by where it comes from; what does not is listed after it, with the reason", () => {
  expect(listed("pipeline")).toEqual([
    "Comes with the program: emoji",
    "Used before: /m/used.safetensors",
    "In your folders: /m/sd15.safetensors",
    "Does not fit: /m/canny.pth ✗ A ControlNet: choose it in a ControlNet node.",
    "Does not fit: /m/lora.safetensors ✗ It changes a model.",
    "Does not fit: /m/sd2.safetensors ✗ An embedding: choose it in a Load Embedding node.",
    "Does not fit: /m/broken.safetensors ✗ The file is damaged.",
  ]);
});

test("an embedding for other texts than the pipeline's is doubted before what cannot be taken at all", () => {
  const [learned, doubted, refused] = listed("embedding", [clipL]);
  expect(learned).toBe("Learned here: /runs/1/negative.safetensors");
  expect(doubted).toMatch(/^Does not fit: \/m\/sd2\.safetensors \? It is made for OpenCLIP .* the pipeline here reads/);
  expect(refused).toMatch(/ ✗ /);
});

test("prompt lists are not mixed with weights", () => {
  expect(listed("prompts")).toEqual([]);
});

test("the texts that a workflow reads are those of its pipelines, as far as these are known", () => {
  const workflow = WITH_PIPELINE;
  expect(spacesOf(workflow, files)).toEqual([]);
  expect(spacesOf(setParam(workflow, "pipeline", "path", "/m/sd15.safetensors"), files)).toEqual([clipL]);
});

test.each([
  ["pipeline", "Pipeline", "path"],
  ["controlnet", "ControlNet", "path"],
  ["video", "Video Model", "path"],
  ["reward", "Reward", "path"],
  ["embedding", "Load Embedding", "file"],
  ["text encoder", "Pipeline", "textEncoder"],
  ["prompts", "Prompts", "file"],
  ["image", "ControlNet", "picture"],
  ["other", undefined, undefined],
] as const)("a file of kind %s is taken by %s", (kind, title, param) => {
  expect([takerOf(kind)?.type.title, takerOf(kind)?.param]).toEqual([title, param]);
});

function choicesOf(type: string, name: string, taken: string[] = []) {
  const found = nodeTypes.get(type);
  const field = found && fieldsOf(found).find((each) => each.name === name);
  if (found === undefined || field === undefined) throw new Error(`no parameter ${name} of ${type}`);
  return paramChoices({
    type: found,
    field,
    value: "",
    workflow: WITH_PIPELINE,
    files,
    take: (value) => taken.push(value),
    writeInstead: ({ name: other }: ParamField) => taken.push(`write ${other}`),
    wireInstead: ({ type: taker }, input, path) => taken.push(`${taker.title} ${input} ${path}`),
  });
}

test("prompts can be written in the node in place of a file", () => {
  const taken: string[] = [];
  choicesOf("input/prompts", "file", taken)[0]?.run();
  expect(taken).toEqual(["write text"]);
});

test("a parameter that may be empty offers that first, in words", () => {
  const taken: string[] = [];
  const [first] = choicesOf("model/pipeline", "base", taken);
  first?.run();
  expect([first?.label, taken]).toEqual(["Nothing is missing (chosen)", [""]]);
});

test("what is learned begins as a usual negative prompt, or as an embedding that is then wired to it", () => {
  const taken: string[] = [];
  const choices = choicesOf("embedding/negative", "text", taken);
  const groups = [...new Set(choices.map(({ group }) => group))];
  expect(groups).toEqual([undefined, "Often used", "Begin with an embedding instead"]);
  choices.find(({ group }) => group === "Begin with an embedding instead")?.run();
  expect(taken).toEqual(["Load Embedding start /runs/1/negative.safetensors"]);
});

test("the kinds of rewards are chosen by the names that people know", () => {
  expect(choicesOf("reward/model", "kind").map(({ label }) => label)).toContain("PickScore");
});
