// What is told of a file or a folder, with facts by their names and problems as `error recipe-invalid`.

import type { Inspection } from "../../common/inspection.ts";
import { inspectPath } from "../inspect.ts";

interface Inspected extends Omit<Inspection, "facts" | "problems"> {
  readonly facts: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  /** Where each of these is, inside the file. */
  readonly parts: readonly (string | undefined)[];
}

export function inspected(path: string): Inspected {
  const { facts, problems, ...rest } = inspectPath(path);
  return {
    ...rest,
    facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    problems: problems.map(({ severity, code }) => `${severity} ${code}`),
    parts: problems.map(({ at }) => at.part),
  };
}
