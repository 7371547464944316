// Stand-ins for the parts of Electron that the window's process uses, as far as it starts, answers one page and ends.

import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";

const nothing = () => undefined;
const started = Promise.withResolvers();

export const app = Object.assign(new EventEmitter(), {
  getVersion: () => "0",
  getAppPath: () => join(process.argv[2] ?? "", "../../.."),
  setName: nothing,
  setAppUserModelId: nothing,
  setPath: nothing,
  enableSandbox: nothing,
  requestSingleInstanceLock: () => true,
  whenReady: async () => undefined,
  quit: () => process.exit(0),
  exit: (code) => process.exit(code),
});

export const ipcMain = new EventEmitter();

export class BrowserWindow extends EventEmitter {
  webContents = new EventEmitter();
  loadURL = async () => started.resolve();
  setTitle = nothing;
  setProgressBar = nothing;
  show = nothing;
  isFocused = () => true;
}

export class MessageChannelMain {
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port2 = port2;
    this.port1 = {
      postMessage: (message) => port1.postMessage(message),
      on: (name, listener) => port1.on(name, (data) => listener(name === "message" ? { data } : data)),
      start: () => port1.start(),
      close: () => port1.close(),
    };
  }
}

export const dialog = { showErrorBox: (...texts) => console.error(...texts) };
export const Menu = { buildFromTemplate: nothing, setApplicationMenu: nothing };
export const Notification = { isSupported: () => false };
export const powerSaveBlocker = { start: () => 0, stop: nothing };
export const protocol = { registerSchemesAsPrivileged: nothing, handle: nothing };
export const screen = { getAllDisplays: () => [] };
export const shell = {};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: nothing,
    setPermissionCheckHandler: nothing,
    setDevicePermissionHandler: nothing,
    setDisplayMediaRequestHandler: nothing,
  },
};

/** Asks as a page does, and then quits. */
export async function askDoctor() {
  await started.promise;
  const { promise, resolve } = Promise.withResolvers();
  const postMessage = (_name, _origin, [port]) => resolve(port);
  ipcMain.emit("studio-port", { senderFrame: { parent: null, origin: "app://studio", url: "", postMessage } });
  const port = await promise;
  port.postMessage({ type: "request", id: 1, method: "doctor", input: {} });
  const [answer] = await once(port, "message");
  app.emit("before-quit", { preventDefault: nothing });
  return answer;
}
