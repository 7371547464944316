// What the files of a sink are named after: its node, where a program has several of its kind.

import type { Program, Ref } from "./program.ts";
import type { SinkKind, SinkOf } from "./sink.ts";

export interface NamedSink<Kind extends SinkKind> {
  readonly node: Ref;
  /** Absent: it is the only one of its kind. */
  readonly name: string | undefined;
  readonly sink: SinkOf<Kind>;
}

export function sinksOfKind<Kind extends SinkKind>({ sinks }: Pick<Program, "sinks">, kind: Kind): NamedSink<Kind>[] {
  const found = Object.entries(sinks).flatMap(([node, sink]) =>
    // The discriminator tells the type.
    sink.kind === kind ? [{ node, sink: sink as SinkOf<Kind> }] : [],
  );
  return found.map(({ node, sink }) => ({ node, sink, name: found.length === 1 ? undefined : node }));
}
