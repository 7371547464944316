// `npm start` as a process, where no desktop window can be had: it says so, and the editor is there for a browser.

import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const START = fileURLToPath(new URL("../src-main/app/start.mjs", import.meta.url));

let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-start-"));
  mkdirSync(join(folder, "bin"));
  // Takes the place of the browser, and notes what it was given.
  for (const name of ["xdg-open", "open"]) writeScript(join(folder, "bin", name), `echo "$1" > ${folder}/opened`);
});
test.afterAll(() => rmSync(folder, { recursive: true }));

function writeScript(file: string, line: string): void {
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
}

function start(electron: string, words: readonly string[] = []) {
  const child = spawn(process.execPath, [START, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: join(folder, "bin") + delimiter + process.env["PATH"],
      ELECTRON_OVERRIDE_DIST_PATH: electron,
      DISPLAY: ":99",
      RENEG_HOME: join(folder, "home"),
      RENEG_PORT: "0",
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { output: () => output, end: () => child.kill("SIGTERM"), ended };
}

async function expectEditor(started: ReturnType<typeof start>): Promise<void> {
  await expect.poll(() => existsSync(join(folder, "opened")) || started.output(), { timeout: 200_000 }).toBe(true);
  const opened = readFileSync(join(folder, "opened"), "utf8").trim();
  expect(started.output()).toContain(`ReNeg Studio: ${opened}`);
  const page = await fetch(opened, { redirect: "manual" });
  expect(page.status).toBe(303);
  const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
  const editor = await fetch(new URL("/", opened), { headers: { cookie } });
  expect(await editor.text()).toContain("<title>");
  // It was good for one browser.
  expect((await fetch(opened, { redirect: "manual" })).status).toBe(401);
  started.end();
  expect(await started.ended, started.output()).toBe(0);
  await expect(fetch(opened)).rejects.toThrow("fetch failed");
  rmSync(join(folder, "opened"));
}

test.skip(process.platform !== "linux", "what stands for Electron and the browser here are shell scripts");

test("without Electron's binary it says so, and opens a browser with an address that is good once", async () => {
  const started = start(join(folder, "nowhere"));
  await expectEditor(started);
  expect(started.output()).toMatch(/No desktop window: ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron/);
});

test("an Electron that cannot start is told with its exit code, and the browser opened", async () => {
  writeScript(join(folder, "electron"), `echo "cannot open display" >&2; exit 7`);
  const started = start(folder, ["--no-sandbox"]);
  await expectEditor(started);
  expect(started.output()).toContain("cannot open display");
  expect(started.output()).toContain("Electron ended at once with exit code 7");
});

test("an Electron that starts gets the program and the files, and is all that there is", async () => {
  writeScript(join(folder, "electron"), `echo "$@" > ${folder}/arguments`);
  const started = start(folder, ["--no-sandbox", "a.reneg.json"]);
  expect(await started.ended, started.output()).toBe(0);
  const given = readFileSync(join(folder, "arguments"), "utf8").trim().split(" ");
  expect(given.slice(1)).toEqual(["--no-sandbox", expect.stringMatching(/^\/.*\/a\.reneg\.json$/)]);
  expect(existsSync(join(given[0] ?? "", "package.json"))).toBe(true);
  expect(existsSync(join(folder, "opened"))).toBe(false);
});
