import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDesktop } from "./desktop-shell.mjs";

let electron: string;
let binary: string;
const user = { platform: "linux", env: { DISPLAY: ":0" }, argv: [], getuid: () => 1000 };
const root = { ...user, getuid: () => 0 };

beforeAll(() => {
  electron = mkdtempSync(join(tmpdir(), "reneg-electron-"));
  binary = join(electron, "dist", "electron");
  mkdirSync(join(electron, "dist"));
});
afterAll(() => rmSync(electron, { recursive: true }));

test("without its binary there is no window, whether or not its package was told of one", () => {
  const answer = { available: false, why: "Electron's binary is not installed" };
  expect(findDesktop(user, electron)).toMatchObject(answer);
  writeFileSync(join(electron, "path.txt"), "electron");
  expect(findDesktop(user, electron)).toMatchObject(answer);
});

test("with it a user with a display has a window", () => {
  writeFileSync(binary, "");
  expect(findDesktop(user, electron)).toMatchObject({ available: true, binary });
  expect(findDesktop({ ...user, env: { WAYLAND_DISPLAY: "wayland-0" } }, electron)).toMatchObject({ available: true });
});

test("a missing display and the root user are told, on Linux alone", () => {
  expect(findDesktop({ ...user, env: {} }, electron)).toMatchObject({ why: "there is no display" });
  expect(findDesktop({ ...user, env: { DISPLAY: "" } }, electron)).toMatchObject({ why: "there is no display" });
  expect(findDesktop(root, electron)).toMatchObject({ why: "Electron does not run as root" });
  expect(findDesktop({ ...root, argv: ["--no-sandbox"] }, electron)).toMatchObject({ available: true });
  expect(findDesktop({ ...root, platform: "darwin", env: {} }, electron)).toMatchObject({ available: true });
});

test("a folder that was named instead counts alone", () => {
  const at = (folder: string) => ({ ...user, env: { ...user.env, ELECTRON_OVERRIDE_DIST_PATH: folder } });
  expect(findDesktop(at(join(electron, "dist")), join(electron, "nowhere"))).toMatchObject({ available: true, binary });
  const answer = findDesktop(at("/nowhere"), electron);
  expect(answer).toMatchObject({ available: false, why: expect.stringContaining("/nowhere") });
});
