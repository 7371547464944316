// Builds the page. It is served as it is: by the desktop app under its own scheme, and by browser mode over HTTP.

import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Only in what is built: while developing, vite reloads modules by scripts inside the page. */
const contentPolicy: Plugin = {
  name: "content-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
  ],
};

export default defineConfig({
  renderer: {
    root: "src-renderer",
    base: "./",
    plugins: [react(), contentPolicy],
    build: {
      outDir: "out/renderer",
      // A data: URL in a style sheet or a worker would need a laxer policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: "src-renderer/index.html" },
    },
  },
});
