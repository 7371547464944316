/** Waits where nothing else may happen meanwhile: between two tries of a synchronous file operation. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
