import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { networkNamed } from "../../../bench/parity/manifest.ts";
import { writeNetwork } from "../../../bench/parity/write-network.ts";
import { originalShapes, writeSparse } from "../../models/testing/sparse-checkpoint.ts";
import { inspectPath } from "../inspect.ts";

const root = mkdtempSync(join(tmpdir(), "weights-told-"));
afterAll(() => rmSync(root, { recursive: true }));

test("tensors of no known network in a single file are told with their number", () => {
  const shapes = { ...originalShapes("sd1"), "cond_stage_model.logit_scale": [], "critic.a": [2], "critic.b": [2] };
  const { problems } = inspectPath(writeSparse(join(root, "merged.safetensors"), shapes));
  const told = problems.filter(({ code }) => code === "weights-unknown");
  expect(told.map(({ severity, message }) => [severity, message])).toEqual([
    ["warning", "the file also holds 2 tensors of no network that is known: critic.a, critic.b"],
  ]);
});

test("of weights in several forms it is told which are read", () => {
  const unet = join(root, "unet");
  writeNetwork(networkNamed("unet-sd1"), unet);
  cpSync(join(unet, "diffusion_pytorch_model.safetensors"), join(unet, "diffusion_pytorch_model.fp16.safetensors"));
  expect(inspectPath(unet).facts).toContainEqual({
    name: "read from",
    value: "diffusion_pytorch_model.safetensors, and not from diffusion_pytorch_model.fp16.safetensors beside it",
  });
});

test.each(["__proto__", "constructor", "toString"])("a class called %s is one that is not known", (name) => {
  const folder = mkdtempSync(join(root, "class-"));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ architectures: [name] }));
  const { title, problems } = inspectPath(folder);
  expect([title, problems.map(({ code }) => code)]).toEqual([name, ["not-supported-yet"]]);
});
