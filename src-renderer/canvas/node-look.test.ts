import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import type { ParamField } from "../../src-main/common/workflow-params.ts";
import { countingFields, fieldsOf, printShort, printValue } from "./node-look.ts";

function typeOf(type: string): NodeType {
  return nodeTypes.get(type) ?? expect.fail(type);
}

function field(type: string, name: string): ParamField {
  const found = fieldsOf(typeOf(type)).find((each) => each.name === name);
  return found ?? expect.fail(name);
}

test("a node shows of a path its end and of a text its first line", () => {
  expect(printShort(field("input/prompts", "file"), "prompts/train.txt")).toBe("train.txt");
  expect(printShort(field("input/prompts", "file"), "C:\\lists\\mine.txt")).toBe("mine.txt");
  expect(printShort(field("input/prompts", "text"), "a cat/dog\na fox")).toBe("a cat/dog");
  expect(printShort(field("sampling/cfg", "scale"), 7.5)).toBe("7.5");
});

test("what comes with the program is shown as people call it", () => {
  expect(printShort(field("model/pipeline", "path"), "emoji")).toBe("Emoji pipeline");
  expect(printShort(field("input/prompts", "file"), "emoji:prompts/train.txt")).toBe("Emoji prompts");
});

test("a sampler shows those settings of its gradient that decide something", () => {
  const shown = (gradient?: string): string[] =>
    countingFields({ params: gradient === undefined ? {} : { gradient } }, typeOf("sampling/sampler"))
      .map(({ name }) => name)
      .filter((name) => name.endsWith("Steps"));
  expect(shown()).toEqual(["lastSteps"]);
  expect(shown("several late steps")).toEqual(["lastSteps", "gradientSteps"]);
  expect(shown("last steps")).toEqual(["throughSteps"]);
});

test("every parameter that counts with another names one of its choices", () => {
  for (const type of nodeTypes.values()) {
    for (const { countsWith, choices, choiceLabels } of fieldsOf(type)) {
      expect(choices ?? []).toEqual(expect.arrayContaining(Object.keys(choiceLabels ?? {})));
      if (countsWith === undefined) continue;
      expect(field(type.type, countsWith.param).choices).toEqual(expect.arrayContaining(countsWith.values));
    }
  }
});

test("a choice is shown in the words that people read", () => {
  expect(printValue(field("sampling/sampler", "gradient"), "last steps")).toBe("through the last steps");
});
