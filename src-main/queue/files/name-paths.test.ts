import { expect, test } from "vitest";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { namePaths } from "./name-paths.ts";

const names = new Map([
  ["/data/models/sd15", "base"],
  ["/data/models/sd15/unet (1)", "unet"],
  ["/home/me/worker-files/ab12.safetensors", "negative.safetensors"],
]);
const told = (text: string): Diagnostic => ({
  severity: "warning",
  code: "odd",
  at: { file: text },
  message: `it lies at ${text}, oddly`,
  notes: [{ at: { file: text }, message: "too" }],
});

test.each([
  ["/home/me/worker-files/ab12.safetensors", "negative.safetensors"],
  ["/data/models/sd15/unet (1)/config.json", "unet/config.json"],
  ["/data/models/sd15/vae", "base/vae"],
])("%s is told as %s, wherever it stands", (path, name) => {
  expect(namePaths([told(path)], names)).toEqual([told(name)]);
});

test.each(["/data/models/sd15-inpainting", "/data/models/sd15.safetensors", "/data/models"])(
  "%s, which only begins alike, stays as it is",
  (path) => {
    expect(namePaths([told(path)], names)).toEqual([told(path)]);
  },
);
