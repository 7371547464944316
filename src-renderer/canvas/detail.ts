// How much of the nodes is drawn, by how near they are: all, what can be read, or only that they are there.

import { createContext } from "react";

export type Detail = "near" | "far" | "remote";

/** At smaller zooms a node shows no more than its title. */
export const FAR_BELOW = 0.5;
/** At smaller zooms a port is two points wide, and hundreds of nodes are in view. */
const REMOTE_BELOW = 0.16;

export const DetailContext = createContext<Detail>("near");

export function detailAt(zoom: number): Detail {
  return zoom < REMOTE_BELOW ? "remote" : zoom < FAR_BELOW ? "far" : "near";
}
