// A target of `npm run fuzz`: one reader of what others give, with sound inputs to begin with.

/** How damage is done: to bytes, to a text, to a JSON value, or to one file of several. */
export type Form = "bytes" | "text" | "json" | "files";

/** A target in the list, before its modules are loaded. */
export interface ListedTarget {
  /** What it reads. */
  readonly summary: string;
  readonly load: () => Promise<Target>;
}

export interface Target {
  readonly form: Form;
  /** What the input is called, below the target's own folder; of the form `files`, the folder that they lie in. */
  readonly name: string;
  /** Sound inputs, and unsound ones that lead far. Of the form `files`: as `joinFiles` makes them. */
  readonly seeds: () => readonly Uint8Array[];
  /** Called once. @param folder the target's own: nothing else is in it but what the target puts there */
  readonly open: (folder: string) => Read;
}

/** Reads, or throws a Refusal. @param path the input's @param bytes of the input; of the form `files`, all of them joined */
export type Read = (path: string, bytes: Uint8Array) => unknown;
