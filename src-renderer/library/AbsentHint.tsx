// Where other programs have a node for what is searched for and this one has none: what to do instead.

import { text } from "../text/text.ts";
import { absentNode } from "./search-nodes.ts";

export function AbsentHint({ query }: { readonly query: string }) {
  const absent = absentNode(query);
  return (
    <p className="rs-absent" role="status">
      {absent === undefined ? null : text.choosing.absent(absent.names[0], absent.instead)}
    </p>
  );
}
