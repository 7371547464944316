import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { peerVersions } from "./peer-versions.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-peer-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function peerThat(...lines: readonly string[]): string {
  const file = join(folder, "python");
  writeFileSync(file, ["#!/bin/sh", ...lines].join("\n"));
  chmodSync(file, 0o755);
  return file;
}

describe.skipIf(process.platform === "win32")("a peer", () => {
  test("tells its versions, whatever its packages print before", () => {
    const peer = peerThat("echo a word of warning", `echo '{"Python": "3.13.1", "PyTorch": "2.13.0"}'`);
    expect(peerVersions(peer)).toEqual({ Python: "3.13.1", PyTorch: "2.13.0" });
  });

  test("that is not there is refused, with the way to make one", () => {
    expect(() => peerVersions(join(folder, "nothing"))).toThrow(
      /cannot be started: .*ENOENT[^]*--peer[^]*make-peer\.sh/,
    );
  });

  test("that lacks a package is refused with Python's own last words", () => {
    const peer = peerThat(
      "echo 'Traceback (most recent call last):' >&2",
      "echo 'No module named torch' >&2",
      "exit 1",
    );
    expect(() => peerVersions(peer)).toThrow("it ended with 1: No module named torch");
  });

  test("that is another program is refused", () => {
    expect(() => peerVersions(peerThat("echo hello"))).toThrow("it does not answer as Python does: hello");
  });
});
