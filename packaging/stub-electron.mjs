// A folder that electron-builder takes for Electron: with it, all that goes into a package is put in its place without a download.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** After this text a real binary has its fuses: version, count, and a digit for each. */
const FUSES = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
const FUSE_WIRE = "101110011";

/** @param {string} folder @param {string} version */
export function writeStubElectron(folder, version) {
  mkdirSync(join(folder, "locales"), { recursive: true });
  const fuses = Buffer.concat([Buffer.from(FUSES), Buffer.from([1, FUSE_WIRE.length]), Buffer.from(FUSE_WIRE)]);
  writeFileSync(join(folder, "electron"), Buffer.concat([Buffer.from("#!/bin/sh\nexit 1\n# "), fuses]), {
    mode: 0o755,
  });
  writeFileSync(join(folder, "version"), version);
  for (const name of ["LICENSE", "LICENSES.chromium.html", "locales/en-US.pak"])
    writeFileSync(join(folder, name), name);
}
