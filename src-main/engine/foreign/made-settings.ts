// How an image was made in another program, as far as its files say.

export interface MadeSettings {
  /** `ComfyUI workflow`, for people. */
  readonly source: string;
  readonly prompts: readonly string[];
  readonly negatives: readonly string[];
  /** Names of files, as the program shows them. */
  readonly model?: string | undefined;
  readonly loras: readonly string[];
  readonly embeddings: readonly string[];
  readonly sampler?: string | undefined;
  readonly steps?: number | undefined;
  readonly guidance?: number | undefined;
  readonly seed?: number | undefined;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** Learned words that texts name: `embedding:NAME` */
export function embeddingsIn(texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\bembedding:([^\s,:()[\]<>|"]+)/g)].map(([, name = ""]) => name),
  );
  return [...new Set(names)];
}
