// What a figure is to be read beside: the machine, and the versions of both sides.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { peerVersions } from "./peer-versions.ts";
import type { Machine } from "./results.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PROCESSORS = "/proc/cpuinfo";

/** @throws Refusal for a peer that does not work */
export function describeMachine(peer: string | null): Machine {
  const [core] = cpus();
  const ours = { Node: process.versions.node, onnxruntime: onnxruntimeVersion() };
  return {
    processor: [core?.model.trim() ?? "unknown", ...widestVectors()].join(" with "),
    cores: cpus().length,
    memory: totalmem(),
    system: `${platform()} ${arch()}`,
    versions: peer === null ? ours : { ...ours, ...peerVersions(peer) },
    date: new Date().toISOString().slice(0, 10),
  };
}

/** What sets the speed of products, and what names of processors in the cloud keep to themselves. None where only Linux would tell. */
function widestVectors(): readonly string[] {
  if (!existsSync(PROCESSORS)) return [];
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync(PROCESSORS, "utf8"))?.[1]?.trim().split(" "));
  const widest = [
    ["avx512f", "AVX-512"],
    ["avx2", "AVX2"],
  ].find(([flag = ""]) => flags.has(flag));
  return widest?.slice(1) ?? [];
}

/** What tells the measured code apart: its tree in git, whatever else a commit holds, and how files differ from it. */
export function codeVersion(): string {
  const git = (...words: readonly string[]): string =>
    execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).trim();
  const paths = ["src-main", "package-lock.json"];
  const changes = `${git("status", "--porcelain", "--", ...paths)}${git("diff", "HEAD", "--", ...paths)}`;
  const trees = paths.map((path) => git("rev-parse", "--short=12", `HEAD:${path}`));
  return `${trees.join(" ")}${changes === "" ? "" : ` with changes ${createHash("sha256").update(changes).digest("hex").slice(0, 12)}`}`;
}

function onnxruntimeVersion(): string {
  const file = new URL("../../node_modules/onnxruntime-node/package.json", import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, "utf8"))).version;
}
