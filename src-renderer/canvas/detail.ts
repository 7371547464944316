// How much of the nodes is drawn, by how near they are: all, the title with what was set, the title, or only that they are there.

import { createContext } from "react";

export type Detail = "near" | "middle" | "far" | "remote";

/** At smaller zooms text of the usual size is under nine points: the title and what was set are written larger, the rest is left out. */
export const MIDDLE_BELOW = 0.75;
/** At smaller zooms a node shows no more than its title. */
const FAR_BELOW = 0.34;
/** At smaller zooms a port is two points wide, and hundreds of nodes are in view. */
const REMOTE_BELOW = 0.16;

export const DetailContext = createContext<Detail>("near");

export function detailAt(zoom: number): Detail {
  if (zoom < REMOTE_BELOW) return "remote";
  if (zoom < FAR_BELOW) return "far";
  return zoom < MIDDLE_BELOW ? "middle" : "near";
}
