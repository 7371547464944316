// What the process that reads a Parquet file and the one that asks for its rows say to each other.

/** The reader's first message. */
export interface ParquetFacts {
  /** Names of the outermost columns. */
  readonly columns: readonly string[];
  /** Of these, those that hold bytes which are not declared as text. */
  readonly bytes: readonly string[];
  /** Rows of each row group. */
  readonly groups: readonly number[];
}

export type ParquetRow = Readonly<Record<string, unknown>>;

/** What the reader answers, to being started and to the number of a row group. */
export type ParquetAnswer<Told> = { readonly told: Told } | { readonly fault: string };
