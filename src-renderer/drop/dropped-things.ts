// What was dropped, read while the event lasts: files, and folders by their names.

export interface DroppedThings {
  readonly files: readonly File[];
  /** Names only: a browser does not tell where anything lies. */
  readonly folders: readonly string[];
}

export function droppedThings({ items, files }: DataTransfer): DroppedThings {
  const entries = [...items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry());
  const folders = entries.flatMap((entry) => (entry?.isDirectory === true ? [entry.name] : []));
  return { files: [...files].filter(({ name, size }) => !isFolder(name, size, folders)), folders };
}

/** Browsers list a folder among the files as well, as one of no type. */
function isFolder(name: string, size: number, folders: readonly string[]): boolean {
  return folders.includes(name) && size % 4096 === 0;
}
