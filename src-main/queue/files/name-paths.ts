// What a worker says of files, in the words of whoever has asked: the names that the coordinator gave them in place of paths of this machine.

import { z } from "zod";
import { diagnosticSchema } from "../../common/diagnostic-schema.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";

/** @param names by path */
export function namePaths(diagnostics: readonly Diagnostic[], names: ReadonlyMap<string, string>): Diagnostic[] {
  // A folder may be told with a file in it, so that the longest goes first.
  const paths = [...names].toSorted(([a], [b]) => b.length - a.length);
  const named = (text: string): string =>
    paths.reduce((changed, [path, name]) => changed.replaceAll(wholeName(path), () => name), text);
  const json: unknown = JSON.parse(JSON.stringify(diagnostics), (_key, value: unknown) =>
    typeof value === "string" ? named(value) : value,
  );
  return z.array(diagnosticSchema).parse(json);
}

/** Not where it is only the beginning of another name. */
function wholeName(path: string): RegExp {
  return new RegExp(`${RegExp.escape(path)}(?![\\w.-])`, "g");
}
