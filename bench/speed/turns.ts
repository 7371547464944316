// Which turns a case still needs, in order: ours and the peer's one after the other, A B A B, so that what changes on the machine meets both.

import type { SpeedCase } from "./cases.ts";
import type { CaseResult, Side } from "./results.ts";

export interface PlannedTurn {
  readonly side: Side;
  /** Ways of the peer; more than one: which is the fastest is asked. */
  readonly variants: readonly string[];
  readonly isProbe: boolean;
  /** Expected on an idle machine. */
  readonly seconds: number;
}

/** Ways that are tried for nothing but which is the fastest cost about this share of a turn, each. */
const PROBE_SHARE = 0.7;

/** @param fastest of the peer's ways, once it is known */
export function turnsLeft(
  asked: SpeedCase,
  done: CaseResult,
  { rounds, hasPeer }: { readonly rounds: number; readonly hasPeer: boolean },
): readonly PlannedTurn[] {
  const isHeld = hasPeer && asked.variants.length > 0;
  const wanted = asked.growth === undefined ? rounds : 1;
  const fastest = fastestVariant(asked, done);
  const count = (side: Side, variant: string): number =>
    done.turns.filter((turn) => turn.side === side && turn.variant === variant).length;
  const ours: PlannedTurn = { side: "ours", variants: ["ours"], isProbe: false, seconds: asked.seconds.ours };
  const peer = (variant: string): PlannedTurn => ({
    ...{ side: "peer", variants: [variant], isProbe: false, seconds: asked.seconds.peer },
  });
  const [oursDone, peerDone] = [count("ours", "ours"), count("peer", fastest)];
  const left: PlannedTurn[] = [];
  for (let round = 0; round < wanted; round++) {
    if (round >= oursDone) left.push(ours);
    if (round === 0 && isHeld && asked.variants.length > 1 && done.probe === null) {
      const seconds = PROBE_SHARE * asked.variants.length * asked.seconds.peer;
      left.push({ side: "peer", variants: asked.variants, isProbe: true, seconds });
    }
    if (isHeld && round >= peerDone) left.push(peer(fastest));
  }
  const apart = isHeld ? (asked.apart ?? []) : [];
  return [...left, ...apart.filter((variant) => count("peer", variant) === 0).map(peer)];
}

/** The first until others were tried. */
export function fastestVariant({ variants }: SpeedCase, { probe }: Pick<CaseResult, "probe">): string {
  const [first = "", ...others] = variants;
  const seconds = (variant: string): number => probe?.[variant] ?? Infinity;
  return others.reduce((best, variant) => (seconds(variant) < seconds(best) ? variant : best), first);
}
