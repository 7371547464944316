// What installers hold. The window's part is an archive; the engine's lies beside it (program-files.mjs, stage-program.mjs).

import { readFileSync } from "node:fs";
import { stageProgram, STAGED } from "./stage-program.mjs";

const { electron } = JSON.parse(readFileSync("src-main/app/package.json", "utf8")).devDependencies;

/** @type {import("../src-main/app/node_modules/electron-builder").Configuration} */
export default {
  appId: "studio.reneg.desktop",
  productName: "ReNeg Studio",
  copyright: "Apache-2.0",
  electronVersion: electron,
  directories: { output: "out/package", buildResources: "out/icons" },
  // Everything that the window's part imports is bundled.
  files: ["out/main/**", "out/preload/**", "out/renderer/**", "package.json", "!node_modules/**"],
  asar: true,
  // Before the archive, which holds the hashes of what lies beside it.
  beforePack: () => stageProgram(process.platform, process.arch),
  extraResources: [{ from: STAGED, to: "." }],
  // Every native file comes built.
  npmRebuild: false,
  electronLanguages: ["en-US"],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    // It wants a snapshot file of its own.
    loadBrowserProcessSpecificV8Snapshot: false,
  },
  fileAssociations: [
    {
      ext: "reneg.json",
      name: "ReNeg workflow",
      description: "Workflow of ReNeg Studio",
      mimeType: "application/x-reneg-workflow+json",
      role: "Editor",
    },
  ],
  win: { target: "nsis" },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: { target: "dmg", arch: "arm64" },
    category: "public.app-category.graphics-design",
    hardenedRuntime: true,
  },
  linux: {
    target: ["AppImage", "deb"],
    executableName: "reneg-studio",
    category: "Graphics",
    synopsis: "Learn negative embeddings for diffusion models by reward gradient",
    maintainer: "The authors of ReNeg Studio",
  },
  // A Debian package must name a page.
  extraMetadata: { homepage: "https://arxiv.org/abs/2412.19637" },
  // Nothing is uploaded.
  publish: null,
};
