import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import type { ParamField } from "../../src-main/common/workflow-params.ts";
import { fieldsOf, printShort } from "./node-look.ts";

function field(type: string, name: string): ParamField {
  const found = fieldsOf(nodeTypes.get(type) ?? expect.fail(type)).find((each) => each.name === name);
  return found ?? expect.fail(name);
}

test("a node shows of a path its end and of a text its first line", () => {
  expect(printShort(field("input/prompts", "file"), "emoji:prompts/train.txt")).toBe("train.txt");
  expect(printShort(field("input/prompts", "file"), "C:\\lists\\mine.txt")).toBe("mine.txt");
  expect(printShort(field("model/pipeline", "path"), "emoji")).toBe("emoji");
  expect(printShort(field("input/prompts", "text"), "a cat/dog\na fox")).toBe("a cat/dog");
  expect(printShort(field("sampling/cfg", "scale"), 7.5)).toBe("7.5");
});
