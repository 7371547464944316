// What the tables of kinds are made of: a row recognises one kind of file or folder and says what is known about it.

import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Inspection } from "../../common/inspection.ts";

export type Fact = Inspection["facts"][number];

export interface Description {
  /** Where it is more exact than that of the row. */
  readonly title?: string;
  readonly facts?: Fact[];
  readonly components?: NonNullable<Inspection["components"]>;
  readonly space?: string;
  readonly problems?: readonly Diagnostic[];
}

export interface Kind<Subject> {
  readonly kind: string;
  readonly title: string;
  readonly recognise: (subject: Subject) => boolean;
  /** May refuse: the faults become the problems of the inspection. */
  readonly describe: (subject: Subject) => Description;
}

export interface Folder {
  readonly path: string;
  readonly entries: readonly string[];
}

export interface File {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The first bytes. */
  readonly head: Uint8Array;
  /** `null` if the file is no text, or too long for one. */
  readonly text: string | null;
  /** `undefined` if the text is not JSON. */
  readonly json: unknown;
}

export function fact(name: string, value: string | number): Fact {
  return { name, value: String(value) };
}

/** A thing that is what it should be, but that this program cannot use. */
export function notSupportedYet(file: string, message: string, help?: string): Diagnostic {
  return {
    severity: "warning",
    code: "not-supported-yet",
    at: { file },
    message,
    ...(help === undefined ? {} : { help }),
  };
}

/** A thing that is not what anyone would want to open here. */
export function wrongThing(file: string, message: string, help: string): Diagnostic {
  return { severity: "error", code: "wrong-kind", at: { file }, message, help };
}
