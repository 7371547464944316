import { expect, test } from "vitest";
import { type NodeType, paramMeta } from "../src-main/common/workflow-node-type.ts";
import { defaultParams, paramFields } from "../src-main/common/workflow-params.ts";
import { nodeTypes } from "./index.ts";

const types = [...nodeTypes.values()];
const sentence = /^[A-Zλγ0-9a-z+].*[.]$/s;

/** What only the user can know. */
const CHOSEN_BY_THE_USER = [
  "model/pipeline.path",
  "model/load-lora.file",
  "sampling/latent-from-image.source",
  "reward/model.path",
  "reward/preference-pairs.source",
  "reward/rated-images.source",
  "reward/head.path",
  "reward/lora.path",
  "embedding/load.file",
];

function paramsOf(test: (field: ReturnType<typeof paramFields>[number]) => boolean): string[] {
  return types.flatMap((type) =>
    paramFields(type)
      .filter(test)
      .map(({ name }) => `${type.type}.${name}`),
  );
}

test.each(types)("$title says what it is, in every part", (type) => {
  expect(type.type).toMatch(/^[a-z]+\/[a-z-]+$/);
  expect(type.version).toBe((type.upgrades ?? []).length + 1);
  for (const port of [...Object.values(type.inputs), ...Object.values(type.outputs)]) {
    expect(port.label).toMatch(/^[A-Z]/);
    expect(port.help).toMatch(sentence);
  }
  for (const schema of Object.values(type.params.shape)) {
    // The meta of a schema is what its author wrote, before it becomes a field.
    expect(paramMeta.strict().safeParse((schema as { meta(): unknown }).meta()).error).toBeUndefined();
  }
  expect(type.help).toMatch(sentence);
});

test("no two types share a title", () => {
  expect(new Set(types.map(({ title }) => title)).size).toBe(types.length);
});

test("every parameter has a default, but those that only the user can know", () => {
  expect(paramsOf(({ fallback }) => fallback === undefined)).toEqual(CHOSEN_BY_THE_USER);
});

test("a parameter that may stay empty says what that means", () => {
  expect(paramsOf(({ isNullable, empty }) => isNullable && empty === undefined)).toEqual([]);
});

test("an input that stands for a parameter is one that may stay without a wire", () => {
  const standIns = types.flatMap((type) =>
    paramFields(type).flatMap(({ orInput }) => (orInput === undefined ? [] : [type.inputs[orInput]])),
  );
  expect(standIns).not.toEqual([]);
  for (const port of standIns) expect(port?.optional).toBe(true);
});

test("a new node begins with every default, and they are sound", () => {
  for (const type of types) {
    const chosen = Object.keys(type.params.shape).filter((name) => CHOSEN_BY_THE_USER.includes(`${type.type}.${name}`));
    const params = { ...defaultParams(type), ...Object.fromEntries(chosen.map((name) => [name, "x"])) };
    expect(type.params.parse(params)).toEqual(params);
  }
});

test("a panel can be made from the fields alone", () => {
  const field = (type: string, name: string) =>
    paramFields(nodeTypes.get(type) as NodeType).find((candidate) => candidate.name === name);
  expect(field("sampling/cfg", "scale")).toEqual({
    name: "scale",
    kind: "number",
    label: "Guidance scale",
    step: 0.5,
    help: expect.any(String),
    fallback: 7.5,
    isNullable: false,
    minimum: 1,
    maximum: 100,
  });
  expect(field("sampling/sampler", "scheduler")).toMatchObject({ kind: "choice", choices: ["ddim", "dpm++", "euler"] });
  expect(field("learning/neg-embedding-optimizer", "steps")).toMatchObject({ kind: "integer", minimum: 1 });
  expect(field("learning/neg-embedding-optimizer", "clipNorm")).toMatchObject({
    kind: "number",
    isNullable: true,
    above: 0,
    fallback: null,
    empty: "never shortened",
  });
});
