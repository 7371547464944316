import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import { createGraphSession } from "../runtime/graph-session.ts";
import { transposed } from "../weights/layouts/views.ts";
import { readSafetensorsHeader, writeSafetensors } from "../weights/safetensors.ts";
import { rootScope } from "./scope.ts";

test("a weight that lies the other way round in its file is turned for the network", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scope-"));
  const file = join(folder, "w.safetensors");
  writeSafetensors(file, { w: floatTensor([2, 3], [1, 2, 3, 4, 5, 6]) });
  const location = readSafetensorsHeader(file).tensors.get("w");
  if (location === undefined) throw new Error("the file was written with w");
  const b = new GraphBuilder();
  const scope = rootScope(b, new Map([["w", transposed(location)]]), { file });
  b.output("y", b.mul(scope.weight("w", [3, 2]), b.input("x", "float32", [1])));
  const session = await createGraphSession(b.build(), { device: "cpu", stage: "test" });
  try {
    const { y } = await session.run({ x: floatTensor([1], [10]) });
    expect({ shape: y?.shape, data: [...(y?.data ?? [])] }).toEqual({ shape: [3, 2], data: [10, 40, 20, 50, 30, 60] });
  } finally {
    await session.release();
    rmSync(folder, { recursive: true });
  }
});
