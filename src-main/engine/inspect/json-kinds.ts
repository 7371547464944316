// The kinds of JSON files, by the keys that they have. One row a kind.

import { dirname } from "node:path";
import { isProgram } from "../../common/program/program.ts";
import { isRecipe } from "../../common/recipe.ts";
import { isWorkflow } from "../../common/workflow-file.ts";
import { settingsInJson } from "../foreign/read-foreign.ts";
import { describeMade } from "./foreign-facts.ts";
import { type Description, fact, type File, type Kind, wrongThing } from "./kind.ts";
import { describePrompts } from "./prompt-facts.ts";
import { describeRecipe } from "./recipe-facts.ts";
import { describeProgram, describeReport, describeWorkflow } from "./run-facts.ts";

export const jsonKinds: readonly Kind<File>[] = [
  {
    kind: "workflow",
    title: "workflow for `reneg train`",
    recognise: ({ json }) => isWorkflow(json),
    describe: ({ json, path }) => describeWorkflow(json, path),
  },
  {
    kind: "foreign-workflow",
    title: "workflow of another program",
    recognise: ({ json }) => settingsInJson(json) !== undefined,
    describe: ({ json, path }) => {
      const made = settingsInJson(json);
      return made === undefined ? {} : describeMade(made, path);
    },
  },
  {
    kind: "report",
    title: "evaluation of a learned embedding",
    recognise: ({ json }) => valueOf(json, "format") === "reneg-evaluation" || hasKeys(json, "winRate", "rewards"),
    describe: ({ json, path }) => describeReport(json, path),
  },
  {
    kind: "program",
    title: "what a run of `reneg train` computes",
    recognise: ({ json }) => isProgram(json),
    describe: ({ json, path }) => describeProgram(json, path),
  },
  {
    kind: "recipe",
    title: "recipe for `reneg train`",
    recognise: ({ json }) => isRecipe(json),
    describe: ({ json, path }) => describeRecipe(json, path),
  },
  {
    kind: "prompts",
    title: "list of prompts",
    recognise: ({ json }) => Array.isArray(json) && json.length > 0,
    describe: describePrompts,
  },
  {
    kind: "config",
    title: "index of a pipeline",
    recognise: ({ path }) => path.endsWith("model_index.json"),
    describe: seeFolder,
  },
  {
    kind: "config",
    title: "index of sharded weights",
    recognise: ({ json }) => hasKeys(json, "weight_map"),
    describe: seeFolder,
  },
  {
    kind: "config",
    title: "configuration of a part of a model",
    recognise: ({ json }) =>
      ["_class_name", "architectures", "model_type", "image_processor_type", "tokenizer_class"].some((key) =>
        hasKeys(json, key),
      ),
    describe: seeFolder,
  },
  {
    kind: "config",
    title: "vocabulary of a tokenizer",
    recognise: ({ path }) => /\b(vocab|tokenizer)\.json$/.test(path),
    describe: seeFolder,
  },
  {
    kind: "unknown",
    title: "JSON file of no known kind",
    recognise: ({ json }) => json !== undefined,
    describe: ({ path, json }) => ({
      facts: isObject(json) ? [fact("keys", Object.keys(json).slice(0, 12).join(", "))] : [],
      problems: [
        wrongThing(
          path,
          "this is neither a recipe nor a report, nor does it belong to a model",
          "a recipe has the key `prompts` or `pairs`; an error message of a download site means that the download failed",
        ),
      ],
    }),
  },
];

function seeFolder({ path, json }: File): Description {
  const className = valueOf(json, "_class_name") ?? valueOf(json, "model_type");
  return {
    facts: [
      ...(typeof className === "string" ? [fact("class", className)] : []),
      fact("more", `\`reneg inspect ${dirname(path)}\``),
    ],
  };
}

function hasKeys(json: unknown, ...keys: readonly string[]): boolean {
  return keys.every((key) => valueOf(json, key) !== undefined);
}

function valueOf(json: unknown, key: string): unknown {
  return isObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
