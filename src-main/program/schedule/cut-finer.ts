// Where to cut those parts of a cut graph in two whose results take too much memory.

import { byteCount } from "../../common/tensor.ts";
import { partOf } from "../../compiler/copy-part.ts";
import { valueOf } from "../../compiler/graph.ts";
import type { Border } from "../lowering.ts";
import { activeNames, type CutGraph, type DifferentiableGraph, inOrder, type Segment } from "./cut.ts";

/** Bytes that the results of a pass take, at most at once. */
export interface Results {
  /** Of each part, in their order. */
  readonly ofSegments: readonly number[];
  /** Of the other stages, at most. */
  readonly ofOthers: number;
}

/**
 * A part that is too large is cut where what lies behind just fits. Whatever lies in front of the last cut of all is computed twice, however
 * often it is cut: so a late last one costs the most arithmetic, and those in front of it cost none.
 * @param excess bytes by which memory is exceeded
 * @returns these cuts and more; `undefined`: none makes the largest part smaller
 */
export function cutFiner(
  whole: DifferentiableGraph,
  { cuts, segments }: CutGraph,
  { ofSegments, ofOthers }: Results,
  excess: number,
): readonly Border[] | undefined {
  const active = activeNames(whole);
  const parts = segments.map((segment, i) => ({
    results: ofSegments[i] ?? NaN,
    places: segment.isBackwards ? placesIn(whole, cuts, segment, active) : [],
  }));
  const most = Math.max(...ofSegments, ofOthers);
  const fixed = parts.flatMap(({ results, places }) => (places.length === 0 ? [results] : []));
  // What cannot be cut is there anyway, and shares of bytes tell little of parts much smaller than the whole.
  const bound = Math.max(most - excess, most / 2, ofOthers, ...fixed);
  const added = parts.flatMap(({ results, places }) => {
    if (results <= bound) return [];
    const fitting = places.find(({ behind }) => behind <= bound / results);
    return [fitting ?? places.reduce((best, place) => (place.larger < best.larger ? place : best))];
  });
  return added.length === 0 ? undefined : [...cuts, ...added.map(({ border }) => border)];
}

interface Place {
  readonly border: Border;
  /** Of all that a part computes, which share in bytes is made behind this border, if it is cut there. */
  readonly behind: number;
  /** The same of the larger of both sides. */
  readonly larger: number;
}

/** A border that leaves more than this on one side, as those at both ends of a UNet do, is not worth two sessions. */
const LARGEST = 0.9;

/** Borders of one part, as they are computed, that are worth a cut. */
function placesIn(
  whole: DifferentiableGraph,
  cuts: readonly Border[],
  { end }: Segment,
  active: ReadonlySet<string>,
): readonly Place[] {
  const { graph } = whole;
  const given = new Set(cuts.map(({ value }) => value.name));
  given.delete(end.name);
  const madeFor = ({ name }: Pick<Border["value"], "name">, without?: string): readonly string[] => {
    const { nodes } = partOf(graph, [{ name }], without === undefined ? given : new Set([...given, without]));
    return nodes.flatMap(({ output }) => (active.has(output) ? [output] : []));
  };
  const bytes = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + byteCount(valueOf(graph, name)), 0);
  const made = madeFor(end);
  const inside = new Set(made);
  inside.delete(end.name);
  const all = bytes(made);
  return inOrder(whole, whole.borders)
    .filter(({ value }) => inside.has(value.name))
    .flatMap((border) => {
      const behind = bytes(madeFor(end, border.value.name)) / all;
      const larger = Math.max(behind, bytes(madeFor(border.value)) / all);
      return larger <= LARGEST ? [{ border, behind, larger }] : [];
    });
}
