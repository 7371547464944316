// A text with the letters set off by which it was found.

import type { Mark } from "./searchable-text.ts";

export function Marked({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) {
  let end = 0;
  const parts = marks
    .toSorted(([a], [b]) => a - b)
    .flatMap(([from, to]) => {
      const start = Math.max(from, end);
      if (to <= start) return [];
      const before = text.slice(end, start);
      end = to;
      return [before, <mark key={start}>{text.slice(start, to)}</mark>];
    });
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
