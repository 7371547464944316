import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { bundledNodePath } from "./bundled-node.mjs";

const root = join(import.meta.dirname, "../..");
const entry = z.object({
  version: z.string(),
  integrity: z.string().startsWith("sha512-").optional(),
  optional: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const { packages } = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));

/** Those that onnxruntime brings a library for. */
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64", "win32-arm64"];

test.each(PLATFORMS)(
  "the Node for %s is locked by its hash, runs no script to be installed, and is for it alone",
  (name) => {
    const [platform = "", arch = ""] = name.split("-");
    const path = bundledNodePath(platform, arch) ?? "";
    const locked = packages[`node_modules/${path.split("/")[0]}`];
    expect(locked).toMatchObject({ optional: true, integrity: expect.stringMatching(/^sha512-/) });
    expect(locked?.hasInstallScript).toBeUndefined();
    expect(Number.parseInt(locked?.version ?? "", 10)).toBeGreaterThanOrEqual(24);
  },
);

test("nothing is known of a Node for a platform that onnxruntime has no library for", () => {
  expect(bundledNodePath("darwin", "x64")).toBeNull();
  expect(bundledNodePath("sunos", "x64")).toBeNull();
});

test("whatever is locked is locked by its hash", () => {
  const installed = Object.entries(packages).filter(([path]) => path !== "");
  expect(installed.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
});

test("no package runs a program of its own while it is installed", () => {
  expect(readFileSync(join(root, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
});

test("the one of this platform is installed", ({ skip }) => {
  skip(!PLATFORMS.includes(`${process.platform}-${process.arch}`), "none is known of for this platform");
  const path = bundledNodePath(process.platform, process.arch) ?? "";
  expect(existsSync(join(root, "node_modules", path))).toBe(true);
});
