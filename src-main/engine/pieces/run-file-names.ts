// Names of files of a run as they are sent: places inside its folder, whatever a worker says.

const IMAGE = /\.(png|webp|gif|jpe?g|mp4|webm)$/i;

export function isImage(file: string): boolean {
  return IMAGE.test(file);
}

const PLACE = /^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\:\0]+(\/[^/\\:\0]+)*$/;

/** @throws Error for a file that would lie elsewhere */
export function refuseOddNames(files: ReadonlyMap<string, unknown>): void {
  const odd = [...files.keys()].find((name) => !PLACE.test(name));
  if (odd !== undefined) throw new Error(`it answered a file that lies elsewhere: ${odd}`);
}
