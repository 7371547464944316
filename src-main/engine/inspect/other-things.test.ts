import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { inspectPath } from "../inspect.ts";

const folder = mkdtempSync(join(tmpdir(), "other-things-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("an archive that PyTorch did not write is told from a PyTorch file, whatever its name", () => {
  const archive = join(folder, "packed.ckpt");
  writeFileSync(archive, zipSync({ "readme.txt": Buffer.from("hello") }));
  const { kind, title, problems } = inspectPath(archive);
  expect([kind, title]).toEqual(["unknown", "archive of another program"]);
  expect(problems).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/PyTorch did not write it/),
      help: expect.stringMatching(/unpack/),
    }),
  ]);
});

test("weights under names that nobody knows are told what would open", () => {
  const file = join(folder, "unknown.safetensors");
  writeSafetensors(file, { "foo.weight": floatTensor([1], [0]) });
  expect(inspectPath(file).problems).toEqual([
    expect.objectContaining({ help: expect.stringMatching(/Stable Diffusion 1\.x and 2\.x/) }),
  ]);
});
