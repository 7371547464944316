// `npm run sbom`: whoever answers for what they install finds all of it in one file, as the lock file pins it.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";

const REPOSITORY = join(import.meta.dirname, "..");

const bom = z.object({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
});
const lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string(), integrity: z.string().optional() })),
});

test("the list of what the program is made of holds every locked package, with the hash that it is pinned by", () => {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "sbom"], {
    cwd: REPOSITORY,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  expect(status, stderr).toBe(0);
  for (const [folder, file] of [
    [".", "sbom.cdx.json"],
    ["src-main/app", "sbom-window.cdx.json"],
  ] as const) {
    expect(stdout).toContain(join("out", file));
    const { components } = bom.parse(JSON.parse(readFileSync(join(REPOSITORY, "out", file), "utf8")));
    const listed = new Map(components.map((one) => [`${one.name}@${one.version}`, one.hashes?.[0]?.content]));
    const { packages } = lock.parse(JSON.parse(readFileSync(join(REPOSITORY, folder, "package-lock.json"), "utf8")));
    for (const [path, { version, integrity = "" }] of Object.entries(packages)) {
      if (path === "") continue;
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const hash = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
      expect(listed.get(`${name}@${version}`), `${name}@${version}`).toBe(hash);
    }
  }
});
