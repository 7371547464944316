// All node types by family, to be dragged onto the canvas or added by Enter.

import { useState } from "react";
import { nodeTypes } from "../../nodes/index.ts";
import { middleOfView } from "../canvas/canvas-handle.ts";
import { NODE_TYPE } from "../canvas/node-drop.ts";
import { familyOf } from "../canvas/node-look.ts";
import { placeNode } from "../commands/node-edits.ts";
import { text } from "../text/text.ts";

export function Library() {
  const [query, setQuery] = useState("");
  const found = [...nodeTypes.values()].filter(({ title, help }) =>
    `${title} ${help}`.toLowerCase().includes(query.toLowerCase()),
  );
  const families = Map.groupBy(found, ({ type }) => familyOf(type));
  return (
    <aside className="rs-library" data-region="library" aria-label={text.regions.library} tabIndex={-1}>
      <h2>{text.library.title}</h2>
      <input
        type="search"
        value={query}
        placeholder={text.library.search}
        aria-label={text.library.search}
        onChange={(event) => setQuery(event.target.value)}
      />
      {found.length === 0 ? <p className="rs-muted">{text.library.none}</p> : null}
      {[...families].map(([family, types]) => (
        <section key={family} data-family={family}>
          <h3>{text.library.families[family] ?? family}</h3>
          {types.map((type) => (
            <button
              key={type.type}
              type="button"
              className="rs-library-node"
              draggable
              title={`${type.help}\n${text.library.hint}`}
              onDragStart={(event) => event.dataTransfer.setData(NODE_TYPE, type.type)}
              onClick={() => placeNode(type, middleOfView())}
            >
              {type.title}
            </button>
          ))}
        </section>
      ))}
    </aside>
  );
}
