// Runs the window's process as it was built, under a plain Node and with stand-ins for Electron's parts, and asks it through a page's port.
// node packaging/run-window.mjs MAIN_JS prints what `doctor` of its engine answers.

import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { askDoctor } from "./electron-parts.mjs";

const parts = new URL("electron-parts.mjs", import.meta.url).href;
registerHooks({
  resolve: (name, context, next) => (name === "electron" ? { url: parts, shortCircuit: true } : next(name, context)),
});
// So that it looks for a Node of its own, as in Electron.
Object.defineProperty(process.versions, "electron", { value: "0.0.0" });

await import(pathToFileURL(process.argv[2]).href);
console.log(JSON.stringify(await askDoctor()));
