// What `import.meta.url` is in a source that was bundled: the address of the source itself, so that it finds its neighbours on disk.
// The build puts a call of `sourceAddress` in its place.

/** @param bundle `out/main/main.js`, in the program's folder, or in the archive that lies beside that folder when it is installed. */
export function programFolder(bundle: string): URL {
  return new URL(/\.asar\/out\/main\/[^/]+$/.test(bundle) ? "../../../program/" : "../../", bundle);
}

/** @public Called by what the build makes of other files. @param path from the program's folder */
export function sourceAddress(path: string): string {
  return new URL(path, programFolder(import.meta.url)).href;
}
