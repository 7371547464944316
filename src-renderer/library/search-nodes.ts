// Node types by name, for the library, the palette and the search at the cursor alike.

import { type AbsentNode, absentNodes } from "../../nodes/absent-nodes.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { type Match, rankMatches, type Searchable } from "./rank-matches.ts";
import { searchable } from "./searchable-text.ts";

export function searchNodes<Type extends NodeType>(query: string, types: readonly Type[]): readonly Match<Type>[] {
  return rankMatches(query, types, searchableNode);
}

function searchableNode({ title, synonyms, help }: NodeType): Searchable {
  return { title, synonyms, description: help };
}

/** Fewer letters could begin anything. */
const LEAST_LETTERS = 4;

/** What is looked for by a name that other programs have a node for, and this one has none. */
export function absentNode(query: string): AbsentNode | undefined {
  const typed = searchable(query).letters;
  return absentNodes.find(({ names }) => names.some((name) => isBegun(typed, name)));
}

/** Far enough that it is no other name: `load` alone begins many. */
function isBegun(typed: string, name: string): boolean {
  const { letters, starts } = searchable(name);
  return typed.length >= LEAST_LETTERS && typed.length > (starts[1] ?? 0) && letters.startsWith(typed);
}
