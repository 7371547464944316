import { expect, test } from "vitest";
import { readManifest } from "./manifest.ts";
import { generateWeight, hashBytes } from "./weight-generator.ts";

test.each(readManifest().checksums)("$name has the bits that numpy gave it", ({ name, shape, seed, fnv1a }) => {
  const { data } = generateWeight(name, shape, seed);
  const bytes = new Uint8Array(data.buffer);
  expect(hashBytes(bytes).toString(16).padStart(8, "0")).toBe(fnv1a);
});
