// What people have said of images: which of two is better, or how good one is.

/** In a file beside the table, or in the table itself. */
export type ImageSource =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

export interface PairExample {
  /** In its table, counted from 1. */
  readonly row: number;
  /** "" where none is known. */
  readonly prompt: string;
  readonly better: ImageSource;
  readonly worse: ImageSource;
  /** Neither is better: which is called so means nothing. */
  readonly isTie: boolean;
}

export interface RatedExample {
  readonly row: number;
  readonly prompt: string;
  readonly image: ImageSource;
  readonly rating: number;
}

export interface ExampleList<Example> {
  /** The table. */
  readonly file: string;
  /** What tells whether the table has changed. */
  readonly digest: string;
  readonly examples: readonly Example[];
}

/** What two mentions of the same image have in common. */
export function nameOfSource(source: ImageSource): string | undefined {
  return source.kind === "file" ? source.file : undefined;
}
