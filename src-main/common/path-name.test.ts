import { expect, test } from "vitest";
import { filePath, whyNoPath } from "./path-name.ts";

test.each([
  String.raw`\\host\share\a.safetensors`,
  "//host/share/a.safetensors",
  String.raw`\\?\C:\a`,
  String.raw`\\.\PhysicalDrive0`,
  String.raw`/\host\share`,
  "CON",
  "models/nul",
  "models/NUL.txt",
  String.raw`C:\models\com1.safetensors`,
  "LPT9 .txt",
  "aux:",
  "a/b.",
  "a/b ",
  "a..",
  "a. .",
  "...",
  "a\0b",
  "a\nb",
  "x".repeat(5000),
])("%j is no path that is opened", (path) => {
  expect(whyNoPath(path)).toBeDefined();
  expect(filePath.safeParse(path).success).toBe(false);
});

test.each([
  "/models/a.safetensors",
  "models/a.b.safetensors",
  String.raw`C:\models\sd 1.5`,
  "../console.txt",
  "..",
  ".",
  "./a",
  "a/..",
  "emoji",
  "/home/aux/model",
  "nullify.txt",
  "Ünïcode/模型.txt",
  "/",
])("%j is one", (path) => expect(whyNoPath(path)).toBeUndefined());
