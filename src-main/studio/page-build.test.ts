import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildPageIfStale } from "./page-build.mjs";

/** Takes the place of vite: it writes what is looked at, and counts how often it was called. */
const BUILD = `import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
if (process.env.SLOW_BUILD) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
for (const name of ["main/main.js", "renderer/index.html"]) {
  mkdirSync("out/" + name.split("/")[0], { recursive: true });
  writeFileSync("out/" + name, "");
}
appendFileSync("calls", process.argv[2] + "\\n");
if (process.env.FAILING_BUILD) process.exit(3);
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reneg-page-"));
  write("node_modules/electron-vite/bin/electron-vite.js", BUILD);
  write("package.json", '{ "type": "module" }');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content = ""): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function writeSources(): void {
  for (const path of [
    "src-renderer/main.tsx",
    "src-main/app/main.ts",
    "nodes/index.ts",
    "electron.vite.config.ts",
    "package-lock.json",
  ]) {
    write(path);
  }
}

const calls = (): number =>
  existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n").length : 0;
const inFuture = (path: string): void => utimesSync(join(root, path), Date.now() / 1000 + 60, Date.now() / 1000 + 60);

test("a page is built once, and again when a source is newer than it", () => {
  writeSources();
  const onBuild = vi.fn<() => void>();
  expect(buildPageIfStale({ root, onBuild })).toBe(true);
  expect(buildPageIfStale({ root, onBuild })).toBe(true);
  expect(calls()).toBe(1);
  inFuture("src-renderer/main.tsx");
  expect(buildPageIfStale({ root, onBuild })).toBe(true);
  expect(calls()).toBe(2);
  expect(onBuild).toHaveBeenCalledTimes(2);
});

test("packages beside a source are no sources", () => {
  writeSources();
  buildPageIfStale({ root });
  write("src-main/app/node_modules/electron/index.js");
  inFuture("src-main/app/node_modules/electron/index.js");
  buildPageIfStale({ root });
  expect(calls()).toBe(1);
});

test("a program without the sources of its page, as an installed one is, builds nothing", () => {
  write("src-main/studio/studio.ts");
  expect(buildPageIfStale({ root })).toBe(true);
  expect(calls()).toBe(0);
});

test("a build that fails is told", () => {
  writeSources();
  vi.stubEnv("FAILING_BUILD", "1");
  expect(buildPageIfStale({ root, output: "stderr" })).toBe(false);
  vi.unstubAllEnvs();
});

/** A process that builds if it must, and says what it did. */
function other(env: Record<string, string> = {}): Promise<string> {
  const program = `import { buildPageIfStale } from ${JSON.stringify(new URL("./page-build.mjs", import.meta.url).href)};
const told = { onBuild: () => console.log("builds"), onWait: () => console.log("waits") };
console.log(buildPageIfStale({ root: ${JSON.stringify(root)}, output: "stderr", ...told }));`;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { env: { ...process.env, ...env } },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });
}

test("of several programs that find the page old, one builds and the others wait for it", async () => {
  writeSources();
  const told = await Promise.all([1, 2, 3].map(() => other({ SLOW_BUILD: "1" })));
  expect(told.sort()).toEqual(["builds\ntrue\n", "waits\ntrue\n", "waits\ntrue\n"]);
  expect(calls()).toBe(1);
  expect(existsSync(join(root, "out/build.lock"))).toBe(false);
});

test("a program that was killed while it built does not keep the others waiting", async () => {
  writeSources();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  write("out/build.lock", JSON.stringify({ pid, start: null }));
  expect(await other()).toBe("builds\ntrue\n");
  write("out/build.lock", "{");
  inFuture("src-renderer/main.tsx");
  expect(await other()).toBe("builds\ntrue\n");
});
