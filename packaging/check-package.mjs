// Packages the program with a stand-in for Electron, and checks what the package holds and that its engine works from there.
// npm run package:check, on Linux, after npm run build

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundledNodePath } from "../src-main/common/bundled-node.mjs";
import { writeStubElectron } from "./stub-electron.mjs";

const MEGABYTE = 1e6;
/** Everything but Electron. */
const LARGEST_MB = 330;

const root = join(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "reneg-package-"));
try {
  if (process.platform !== "linux") throw new Error("the stand-in is one for Linux: use `npm run package` here");
  const { version } = JSON.parse(readFileSync(join(root, "src-main/app/node_modules/electron/package.json"), "utf8"));
  writeStubElectron(join(work, "electron"), version);
  build();
  const resources = join(work, "out/linux-unpacked/resources");
  checkFuses(join(work, "out/linux-unpacked/reneg-studio"));
  checkArchive(join(resources, "app.asar"));
  checkProgram(join(resources, "program"));
  checkEngine(join(resources, "program"));
  checkWindow(resources);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Also checks the configuration against electron-builder's schema. */
function build() {
  run(process.execPath, [
    join(root, "src-main/app/node_modules/electron-builder/cli.js"),
    ...["--config", "packaging/electron-builder.config.mjs", "--linux", "--dir"],
    `-c.electronDist=${join(work, "electron")}`,
    `-c.directories.output=${join(work, "out")}`,
  ]);
}

/** @param {string} file */
function checkFuses(file) {
  const binary = readFileSync(file).toString("latin1");
  const [, wire] = /dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX..([01r]+)/s.exec(binary) ?? [];
  // In Electron's order: runAsNode, cookies, NODE_OPTIONS, inspect, integrity, archive only, snapshot, file protocol.
  expect(wire?.startsWith("01001100") === true, `the fuses of the binary are ${wire}`);
}

/** @param {string} file */
function checkArchive(file) {
  const bytes = readFileSync(file);
  const names = namesIn(JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString()));
  for (const name of [
    "package.json",
    "out/main/main.js",
    "out/main/program-hashes.json",
    "out/preload/preload.cjs",
    "out/renderer/index.html",
  ]) {
    expect(names.includes(name), `the archive lacks ${name}: run \`npm run build\` first`);
  }
  const strange = names.filter((name) => name !== "package.json" && !/^out\/(main|preload|renderer)\//.test(name));
  expect(strange.length === 0, `the archive holds ${strange.slice(0, 5).join(", ")}`);
  console.log(`app.asar: ${names.length} files, ${(bytes.length / MEGABYTE).toFixed(1)} MB`);
}

/** @returns {string[]} */
function namesIn({ files }, prefix = "") {
  return Object.entries(files).flatMap(([name, entry]) =>
    "files" in entry ? namesIn(entry, `${prefix}${name}/`) : [prefix + name],
  );
}

/** @param {string} folder */
function checkProgram(folder) {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = all.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const refused = [
    /^(src-main|nodes)\/.*(\.test\.ts$|\/testing\/)/,
    /^src-main\/app\//,
    /^resources\/emoji\/train\//,
    /\.map$/,
    /^node_modules\/(electron|react|vite|typescript|adm-zip|global-agent|node-av|@seydx)\//,
  ];
  const strange = files.filter((file) => refused.some((pattern) => pattern.test(file)));
  expect(strange.length === 0, `the program's folder holds ${strange.slice(0, 5).join(", ")}`);
  const libraries = files.filter((file) => file.includes("onnxruntime-node/bin/"));
  const own = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/`;
  expect(libraries.length > 0 && libraries.every((file) => file.startsWith(own)), `libraries: ${libraries.join(", ")}`);
  const megabytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / MEGABYTE;
  expect(megabytes < LARGEST_MB, `the program's folder takes ${megabytes.toFixed(0)} MB, more than ${LARGEST_MB}`);
  console.log(`program/: ${files.length} files, ${megabytes.toFixed(0)} MB`);
}

/** As the installed window starts it: its own Node, its own packages, a folder elsewhere. @param {string} program */
function checkEngine(program) {
  const reneg = (/** @type {string[]} */ ...args) =>
    run(nodeOf(program), [join(program, "src-main/cli/reneg.mjs"), ...args], work);
  const report = JSON.parse(reneg("doctor", "--json"));
  const cpu = report.devices.find(({ device }) => device === "cpu");
  expect(cpu?.available === true, `reneg doctor finds no processor: ${JSON.stringify(report)}`);
  const picture = join(work, "apple.png");
  reneg("sample", "--prompt", "a red apple", "--steps", "1", "--device", "cpu", "-o", picture);
  expect(existsSync(picture), "reneg sample drew no picture");
  console.log(`engine: Node ${report.nodeVersion}, onnxruntime ${report.onnxruntimeVersion}, drew a picture`);
}

/** The built window's process finds the packaged engine. A plain Node reads no archive, so it runs from a folder of such a name. */
function checkWindow(/** @type {string} */ resources) {
  const program = join(resources, "program");
  const main = join(resources, "unpacked.asar/out/main/main.js");
  cpSync(join(root, "out/main"), dirname(main), { recursive: true });
  writeFileSync(join(resources, "unpacked.asar/package.json"), JSON.stringify({ type: "module" }));
  const start = () => spawn(nodeOf(program), [join(root, "packaging/run-window.mjs"), main], work);
  const begun = performance.now();
  const { status, stdout, stderr } = start();
  expect(status === 0, `the window's process ended with ${status}\n${stdout}\n${stderr}`);
  const milliseconds = performance.now() - begun;
  const answer = JSON.parse(stdout);
  const ran = answer.result?.devices?.some(({ device, available }) => device === "cpu" && available);
  expect(ran === true, `the window's process answers ${JSON.stringify(answer)}`);
  console.log(`window: its process started the packaged engine within ${(milliseconds / 1000).toFixed(1)} s`);
  const engine = join(program, "src-main/engine/engine.ts");
  const source = readFileSync(engine);
  writeFileSync(engine, Buffer.concat([source, Buffer.from("\n")]));
  expectRefusal(start(), /engine\.ts[^]*install it again/, /1 changed/);
  writeFileSync(engine, source);
  const added = join(program, "src-main/node_modules/zod/index.js");
  mkdirSync(dirname(added), { recursive: true });
  writeFileSync(added, "");
  expectRefusal(start(), /zod[^]*install it again/, /1 added/);
  rmSync(join(program, "src-main/node_modules"), { recursive: true });
  console.log("window: its process refuses a program that was changed");
}

/** @param {import("node:child_process").SpawnSyncReturns<string>} ended @param {RegExp[]} patterns */
function expectRefusal({ status, stderr }, ...patterns) {
  const isTold = patterns.every((pattern) => pattern.test(stderr));
  expect(status === 1 && isTold, `a changed program was not refused: ${status}\n${stderr}`);
}

/** @param {string} program */
function nodeOf(program) {
  return join(program, "node_modules", bundledNodePath(process.platform, process.arch) ?? "");
}

/** @param {string} command @param {string[]} args */
function run(command, args, cwd = root) {
  const { status, stdout, stderr, error } = spawn(command, args, cwd);
  expect(status === 0, `${command} ${args.join(" ")}\nended with ${status ?? error}\n${stdout}\n${stderr}`);
  return stdout;
}

/** @param {string} command @param {string[]} args */
function spawn(command, args, cwd = root) {
  return spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 64 * MEGABYTE });
}

/** @param {boolean} holds @param {string} otherwise */
function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}
