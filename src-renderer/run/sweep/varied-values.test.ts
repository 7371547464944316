import { expect, it } from "vitest";
import { own } from "../../../src-main/common/workflow.ts";
import { fieldsOf, typeOf } from "../../canvas/node-look.ts";
import { draftOf, type VariedDraft, variedValues } from "./varied-values.ts";

const node = { type: "learning/optimizer", version: 1, params: {} };

function read(param: string, draft: Partial<VariedDraft>) {
  const type = typeOf(node);
  const field = type && fieldsOf(type).find(({ name }) => name === param);
  if (type === undefined || field === undefined) throw new Error(`no parameter ${param}`);
  const current = type.version;
  return variedValues(
    { ...draftOf("optimizer", field, own(node.params, param)), ...draft },
    { ...node, version: current },
    type,
    field,
  );
}

it("numbers are read with commas, spaces or lines between them", () => {
  expect(read("seed", { typed: "0, 1 2;\n3" })).toEqual({ values: [0, 1, 2, 3], fault: null });
});

it("what is no number, is there twice, or the node does not take is told", () => {
  expect(read("seed", { typed: "0, one" }).fault).toBe("“one” is not a number.");
  expect(read("seed", { typed: "1, 1.0" }).fault).toBe("1 is there twice.");
  expect(read("learningRate", { typed: "0.1, -1" }).fault).toMatch(/^-1 is not a number above 0/);
  expect(read("seed", { typed: " , " }).fault).toBe("Enter at least one value.");
});

it("choices are taken in the order of the list, however they were ticked", () => {
  const type = typeOf(node);
  const field = type && fieldsOf(type).find(({ kind }) => kind === "choice");
  const [first = "", second = ""] = field?.choices ?? [];
  expect(read(field?.name ?? "", { ticked: [second, first] })).toEqual({ values: [first, second], fault: null });
  expect(read(field?.name ?? "", { ticked: [] }).fault).toBe("Tick at least one value.");
});
