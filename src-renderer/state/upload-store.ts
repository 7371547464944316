// The files that are being sent to the program, or made into something by it, just now.

import { create } from "zustand";

export interface SentFile {
  readonly id: string;
  readonly name: string;
  readonly doing: "copying" | "importing";
  /** Bytes or rows, so far and in all. */
  readonly sent: number;
  readonly bytes: number;
  /** Milliseconds, as `Date.now()`. */
  readonly since: number;
  readonly stop: () => void;
}

const store = create<{ readonly files: readonly SentFile[] }>(() => ({ files: [] }));

export const useUploads = (): readonly SentFile[] => store(({ files }) => files);

export const uploadStore = {
  begin: (file: SentFile): void => store.setState(({ files }) => ({ files: [...files, file] })),
  update: (id: string, now: Partial<Pick<SentFile, "sent" | "bytes">>): void =>
    store.setState(({ files }) => ({ files: files.map((file) => (file.id === id ? { ...file, ...now } : file)) })),
  end: (id: string): void => store.setState(({ files }) => ({ files: files.filter((file) => file.id !== id) })),
};
