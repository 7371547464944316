import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNpyHeader } from "../../weights/npy.ts";
import { readTensorAt } from "../../weights/read-tensor.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-embedding-"));
afterAll(() => rmSync(root, { recursive: true }));

/** float32[1, 3, 4] of 0, 1/8, 2/8, … as PyTorch wrote it. */
const published = join(import.meta.dirname, "..", "..", "weights", "torch", "testing", "bare.bin");

function reneg(...options: readonly string[]) {
  const script = join(import.meta.dirname, "..", "reneg.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "embedding", ...options], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

test("a PyTorch file becomes a NumPy file with the same numbers", () => {
  const out = join(root, "out.npy");
  expect(reneg("convert", published, "-o", out)).toMatchObject({
    status: 0,
    stdout: `3×4 numbers written to ${out}\n`,
  });
  expect(readTensorAt(readNpyHeader(out))).toEqual({
    dtype: "float32",
    shape: [1, 3, 4],
    data: Float32Array.from({ length: 12 }, (_, i) => i / 8),
  });
});

test("weights that do not match the parts are wrong use", () => {
  const { status, stderr } = reneg("combine", published, published, "--weights", "1,2,3", "-o", join(root, "x.npy"));
  expect([status, stderr]).toEqual([2, expect.stringContaining("3 weights were given for 2 parts")]);
  const negative = reneg("combine", published, published, "--weights", "1,-2", "-o", join(root, "x.npy"));
  expect([negative.status, negative.stderr]).toEqual([2, expect.stringContaining("above 0")]);
});

test("a strength without a pipeline is refused with the option that is missing", () => {
  const { status, stderr } = reneg("combine", published, "--strength", "0.5", "-o", join(root, "x.bin"));
  expect([status, stderr]).toEqual([1, expect.stringContaining("--pipeline")]);
});

test("an embedding is described", () => {
  const { status, stdout } = reneg("show", published, "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ kind: "embedding", title: "conditioning of another program" });
});
