// The wiring of the desktop app, with Electron's parts replaced by what is used of them. Nothing here shows that Electron behaves so.

import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DESKTOP_ORIGIN, DESKTOP_PORT } from "../common/studio/desktop-port.ts";
import { studioApi } from "../common/studio/studio-api.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import { connect } from "../common/wire/connect.ts";
import { readFrame } from "../common/wire/frames.ts";

const home = mkdtempSync(join(tmpdir(), "reneg-app-"));
const file = join(home, "double-clicked.reneg.json");

const nothing = (): void => undefined;

class Window extends EventEmitter {
  static readonly all: Window[] = [];
  readonly webContents = new EventEmitter();
  readonly loadURL = vi.fn<() => Promise<void>>(async () => undefined);
  readonly setTitle = vi.fn<(title: string) => void>();
  readonly setProgressBar = vi.fn<(progress: number) => void>();
  readonly show = vi.fn<() => void>();
  readonly focus = vi.fn<() => void>();
  readonly isFocused = (): boolean => true;
  readonly isMinimized = (): boolean => false;
  readonly isMaximized = (): boolean => false;
  readonly getNormalBounds = () => ({ x: 0, y: 0, width: 1200, height: 800 });
  constructor() {
    super();
    Window.all.push(this);
  }
}

class Port {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    this.#port = port;
  }
  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }
  on(name: string, listener: (event: unknown) => void): void {
    this.#port.on(name, (data: unknown) => listener(name === "message" ? { data } : data));
  }
  start(): void {
    this.#port.start();
  }
  close(): void {
    this.#port.close();
  }
}

class Channel {
  readonly port1: Port;
  readonly port2: MessagePort;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new Port(port1);
    this.port2 = port2;
  }
}

const app = Object.assign(new EventEmitter(), {
  getVersion: () => "1.2.3",
  getAppPath: () => home,
  setName: nothing,
  setAppUserModelId: nothing,
  setPath: vi.fn<(name: string, path: string) => void>(),
  enableSandbox: vi.fn<() => void>(),
  requestSingleInstanceLock: () => true,
  whenReady: async () => undefined,
  quit: vi.fn<() => void>(),
  exit: vi.fn<() => void>(),
});
const ipcMain = new EventEmitter();
const defaultSession = {
  setPermissionRequestHandler: vi.fn<() => void>(),
  setPermissionCheckHandler: vi.fn<() => void>(),
  setDevicePermissionHandler: vi.fn<() => void>(),
  setDisplayMediaRequestHandler: vi.fn<() => void>(),
};
const responders = new Map<string, (request: Request) => Promise<Response>>();

vi.mock("electron", () => ({
  app,
  ipcMain,
  BrowserWindow: Window,
  MessageChannelMain: Channel,
  dialog: { showErrorBox: nothing },
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: nothing },
  Notification: { isSupported: () => false },
  powerSaveBlocker: { start: () => 1, stop: nothing },
  protocol: {
    registerSchemesAsPrivileged: nothing,
    handle: (scheme: string, responder: (request: Request) => Promise<Response>) => responders.set(scheme, responder),
  },
  screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
  session: { defaultSession },
  shell: {},
}));

beforeAll(async () => {
  writeFileSync(file, "{}");
  vi.stubEnv("RENEG_HOME", home);
  process.argv.push(file);
  await import("./main.ts");
  await vi.waitUntil(() => Window.all.length === 1, { timeout: 60_000 });
});

afterAll(() => {
  process.argv.splice(process.argv.indexOf(file), 1);
  rmSync(home, { recursive: true });
});

function askForPort(sender: { origin: string; parent: unknown }): MessagePort | null {
  let port: MessagePort | null = null;
  const senderFrame = {
    ...sender,
    url: sender.origin,
    postMessage(_message: string, _origin: null, ports: MessagePort[]) {
      port = ports[0] ?? null;
    },
  };
  ipcMain.emit(DESKTOP_PORT, { senderFrame });
  return port;
}

function openPage() {
  const port = askForPort({ origin: DESKTOP_ORIGIN, parent: null });
  if (port === null) throw new Error("the page got no port");
  const studio = connect(studioApi, {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => void port.on("message", (data) => listener(readFrame(data))),
    onClose: (listener) =>
      void port.on("close", () =>
        listener({ severity: "error", code: "closed", at: { stage: "test" }, message: "closed" }),
      ),
  });
  return { studio, port };
}

test("the page reaches the studio through its port, and hears of files opened before and after it came", async () => {
  const { studio, port } = openPage();
  expect(await studio.about({})).toMatchObject({ shell: "desktop", version: "1.2.3" });

  const opened: string[] = [];
  const watching = studio
    .watch({}, { onEvent: (event: StudioEvent) => void (event.type === "open" && opened.push(event.path)) })
    .catch(nothing);
  await expect.poll(() => opened).toEqual([file]);
  app.emit("second-instance", {}, ["reneg-studio", "--flag", "other.reneg.json"], "/somewhere");
  await expect.poll(() => opened).toEqual([file, join("/somewhere", "other.reneg.json")]);
  expect(Window.all).toHaveLength(1);
  expect(Window.all[0]?.focus).toHaveBeenCalled();
  port.close();
  await watching;
});

test("a frame inside of the page and a page from elsewhere get no port", () => {
  expect(askForPort({ origin: DESKTOP_ORIGIN, parent: {} })).toBeNull();
  expect(askForPort({ origin: "https://example.org", parent: null })).toBeNull();
  expect(existsSync(join(home, "crash.log"))).toBe(true);
});

test("pages are confined: a sandbox, no permissions, a policy with every answer, a profile below the home", async () => {
  expect(app.enableSandbox).toHaveBeenCalled();
  for (const handler of Object.values(defaultSession)) expect(handler).toHaveBeenCalled();
  const response = await responders.get("app")?.(new Request(`${DESKTOP_ORIGIN}/nothing.js`));
  expect(response?.status).toBe(404);
  expect(response?.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(app.setPath).toHaveBeenCalledWith("userData", join(home, "chromium"));
});

test("quitting waits for the studio, and then ends", async () => {
  const first = { preventDefault: vi.fn<() => void>() };
  app.emit("before-quit", first);
  expect(first.preventDefault).toHaveBeenCalled();
  expect(Window.all[0]?.setTitle).toHaveBeenCalledWith(expect.stringContaining("quit again to end at once"));
  await expect.poll(() => app.quit).toHaveBeenCalled();
  const second = { preventDefault: vi.fn<() => void>() };
  app.emit("before-quit", second);
  expect(second.preventDefault).not.toHaveBeenCalled();
  expect(existsSync(join(home, "lock"))).toBe(false);
});
