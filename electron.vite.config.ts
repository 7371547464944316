// Builds the page, which is served as it is: by the desktop app under its own scheme, and by browser mode over HTTP.
// Builds the desktop app's main process and the script that it loads before the page.

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";
import { z } from "zod";
import { PAGE_HEADERS } from "./src-main/studio/page-headers.ts";

const windowPackage = z.object({ devDependencies: z.object({ electron: z.string() }) });
const { electron } = windowPackage.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "src-main/app/package.json"), "utf8")),
).devDependencies;
// By it electron-vite knows what to build for. It would look for Electron beside itself, but that is installed for those alone who open its window.
process.env["ELECTRON_MAJOR_VER"] = electron.split(".")[0];

/** A page cannot say itself who may frame it. */
const POLICY = PAGE_HEADERS["content-security-policy"]?.replace(/; frame-ancestors [^;]+/, "") ?? "";

/** Only in what is built: while developing, vite reloads modules by scripts inside the page. */
const contentPolicy: Plugin = {
  name: "content-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
  ],
};

const SOURCE_ADDRESS = "src-main/app/source-address.ts";

/** Bundled sources still find their neighbours on disk: each keeps its own address. */
const sourceAddresses: Plugin = {
  name: "source-addresses",
  enforce: "pre",
  transform(code, id) {
    const path = relative(import.meta.dirname, id).replaceAll("\\", "/");
    if (!path.startsWith("src-main/") || path === SOURCE_ADDRESS || !code.includes("import.meta.url")) return null;
    const helper = JSON.stringify(join(import.meta.dirname, SOURCE_ADDRESS));
    const own = code.replaceAll("import.meta.url", `sourceAddress(${JSON.stringify(path)})`);
    return { code: `import { sourceAddress } from ${helper};\n${own}`, map: null };
  },
};

/** The page compiles workflows to programs: what it bundles for that knows no files. Else it would be built, and stop where it begins. */
const noNode: Plugin = {
  name: "no-node",
  enforce: "pre",
  resolveId(source, importer) {
    if (source.startsWith("node:")) this.error(`the page has no ${source}, which ${importer} imports`);
  },
};

export default defineConfig({
  main: {
    plugins: [sourceAddresses],
    // Its build for Node declares `require`, as electron-vite does. They differ only in how workers start.
    resolve: { alias: { fflate: "fflate/browser" } },
    build: {
      outDir: "out/main",
      // Installed, it stands alone in an archive.
      externalizeDeps: false,
      rolldownOptions: { input: "src-main/app/main.ts", output: { entryFileNames: "[name].js" } },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      externalizeDeps: false,
      rolldownOptions: {
        input: "src-main/app/preload.ts",
        // A sandboxed script cannot be an ES module.
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "src-renderer",
    base: "./",
    plugins: [noNode, react(), contentPolicy],
    // The worker of elkjs exports something that nobody asks it for; without a name for it the build warns.
    worker: { rolldownOptions: { output: { name: "elk" } } },
    build: {
      outDir: "out/renderer",
      // A data: URL in a style sheet or a worker would need a laxer policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: "src-renderer/index.html" },
    },
  },
});
