import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRange, withOpenFile } from "./byte-range.ts";

let folder: string;
const at = (name: string): string => join(folder, name);
const read = (file: string): string =>
  Buffer.from(withOpenFile(file, (opened) => readRange(opened, 0, opened.size))).toString();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-open-"));
  writeFileSync(at("file"), "content");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a regular file is read, also through a link", () => {
  symlinkSync(at("file"), at("link"));
  expect(read(at("file"))).toBe("content");
  expect(read(at("link"))).toBe("content");
});

test("what the system says of an open file, of which it names no path, is refused by its name", () => {
  expect(() => withOpenFile(at("file"), ({ descriptor }) => closeSync(descriptor))).toThrow(
    `bad file descriptor\n  at ${at("file")}`,
  );
});

test.each([String.raw`\\host\share\a`, "//host/share/a", "NUL", "models/com1.txt", "a\0b", "a."])(
  "%j is refused by its name, whatever lies there",
  (file) => expect(() => read(file)).toThrow(/other computers|device|control characters|cuts dots/),
);

test.runIf(process.platform !== "win32")(
  "devices, pipes and sockets are refused, and nobody waits for them",
  async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
    symlinkSync("/dev/zero", at("harmless.safetensors"));
    for (const file of ["pipe", "socket", "harmless.safetensors"]) {
      expect(() => read(at(file)), file).toThrow("not a regular file");
    }
    expect(() => read("/dev/null")).toThrow("not a regular file");
    expect(() => read(folder)).toThrow("a folder is here");
    server.close();
  },
);

test.runIf(process.platform === "linux")("what the system makes up is no file, also through a link", () => {
  symlinkSync("/proc/self/environ", at("environ.txt"));
  for (const file of ["/proc/self/environ", "/proc/cpuinfo", at("environ.txt")]) {
    expect(() => read(file), file).toThrow("the system makes up");
  }
});
