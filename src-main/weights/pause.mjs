// Plain JavaScript for Node 20.19 and later, since `npm start` waits for a build before anything else runs.

/** Waits where nothing else may happen meanwhile: between two tries of a synchronous file operation. @param {number} milliseconds */
export function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
