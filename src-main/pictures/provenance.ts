// The workflow that a run was made from, put into what it makes.

import type { PngText } from "./png-text.ts";

export interface Provenance {
  /** Under which a picture carries it. */
  readonly keyword: string;
  readonly workflow: Readonly<Record<string, unknown>>;
}

/** As texts of a PNG; a run of a plain recipe has none. */
export function textOfProvenance(provenance: Provenance | undefined): PngText {
  return provenance === undefined ? {} : { [provenance.keyword]: JSON.stringify(provenance.workflow) };
}
