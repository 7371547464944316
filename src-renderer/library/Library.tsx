// All node types by family, to be dragged onto the canvas or added by Enter; those that are searched for, the likeliest first.

import { useState } from "react";
import { nodeTypes } from "../../nodes/index.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { focusCanvas } from "../canvas/canvas-handle.ts";
import { nodeSource } from "../canvas/node-drop.ts";
import { familyOf } from "../canvas/node-look.ts";
import { placeNode } from "../commands/place-node.ts";
import { text } from "../text/text.ts";
import { AbsentHint } from "./AbsentHint.tsx";
import { MatchedName } from "./MatchedName.tsx";
import type { Match } from "./rank-matches.ts";
import { searchNodes } from "./search-nodes.ts";

const TYPES: readonly NodeType[] = [...nodeTypes.values()];

export function Library() {
  const [query, setQuery] = useState("");
  const found = searchNodes(query, TYPES);
  const families = Map.groupBy(found, ({ item }) => familyOf(item.type));
  const isSearch = query.trim() !== "";
  return (
    <aside className="rs-library" data-region="library" aria-label={text.regions.library} tabIndex={-1}>
      <h2>{text.library.title}</h2>
      <input
        type="search"
        value={query}
        placeholder={text.library.search}
        aria-label={text.library.search}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          const [first] = found;
          if (event.key === "Enter" && isSearch && first !== undefined) placeNode(first.item, null);
        }}
      />
      <AbsentHint query={query} />
      {found.length === 0 ? <p className="rs-muted">{text.library.none}</p> : null}
      {/* What is searched for comes in the order of the search, which families would break. */}
      {isSearch ? (
        <section>
          {found.map((match) => (
            <LibraryNode key={match.item.type} match={match} />
          ))}
        </section>
      ) : (
        [...families].map(([family, matches]) => (
          <section key={family}>
            <h3>{text.library.families[family] ?? family}</h3>
            {matches.map((match) => (
              <LibraryNode key={match.item.type} match={match} />
            ))}
          </section>
        ))
      )}
    </aside>
  );
}

function LibraryNode({ match }: { readonly match: Match<NodeType> }) {
  const { type, title, help } = match.item;
  return (
    <button
      type="button"
      className="rs-library-node"
      data-family={familyOf(type)}
      title={`${help}\n${text.library.hint}`}
      {...nodeSource(match.item)}
      onClick={({ detail }) => {
        placeNode(match.item, null);
        // A click goes on with the new node; Enter, which is no click of the pointer, with the list.
        if (detail > 0) focusCanvas();
      }}
    >
      <MatchedName name={title} match={match} />
    </button>
  );
}
