// The versions of what ours is held against, asked of its Python.

import { spawnSync } from "node:child_process";
import { z } from "zod";
import { refuse } from "../../src-main/common/diagnostic.ts";
import { jsonOrNull } from "../../src-main/common/json-or-null.ts";

const SCRIPT = `
import json, sys, torch, diffusers, transformers
print(json.dumps({"Python": sys.version.split()[0], "PyTorch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__}))
`;
const versions = z.record(z.string(), z.string());

/** @throws Refusal for a peer that is not there, is no Python, or lacks a package */
export function peerVersions(peer: string): Readonly<Record<string, string>> {
  const { error, status, signal, stdout, stderr } = spawnSync(peer, ["-c", SCRIPT], { encoding: "utf8" });
  if (error !== undefined) return refusePeer(peer, `it cannot be started: ${error.message}`);
  // Python says last what was wrong, and packages may say something before what is asked of them.
  const [said, complaint] = [stdout, stderr].map((text) => text.trim().split("\n").at(-1) ?? "");
  if (status !== 0) return refusePeer(peer, `it ended with ${status ?? signal}: ${complaint}`);
  const told = versions.safeParse(jsonOrNull(said ?? ""));
  return told.success ? told.data : refusePeer(peer, `it does not answer as Python does: ${said}`);
}

function refusePeer(peer: string, message: string): never {
  return refuse({
    code: "no-peer",
    at: { option: "--peer", file: peer },
    message,
    help: "name the Python of an environment with PyTorch, diffusers and transformers, or leave the option out to measure ours alone",
    command: "`bench/speed/peer/make-peer.sh PEER`, then `--peer PEER/bin/python`",
  });
}
