// What is shown of a run to be compared, and what is said of it: each answer is on disk before the next pair comes.

import { useEffect, useMemo, useRef, useState } from "react";
import type { RatedPair, Ratings } from "../../src-main/common/studio/rating.ts";
import { studio } from "../api/studio.ts";
import { upload } from "../api/upload.ts";
import { imageFile } from "../run/image-file.ts";
import { useRunDetail } from "../run/use-run-detail.ts";
import { attempt } from "../state/toast-store.ts";
import {
  countPairs,
  isOfRun,
  type NamedImage,
  namesOf,
  nextPair,
  ratingGroups,
  type RatingPair,
} from "./rating-pairs.ts";

export type Answer = "left" | "right" | "tie";

export interface Rating {
  /** `null`: not known yet. */
  readonly ratings: Ratings | null;
  /** `undefined`: nothing is left to compare. */
  readonly pair: RatingPair | undefined;
  /** That the run has in all. */
  readonly total: number;
  readonly isLoaded: boolean;
  readonly isBusy: boolean;
  /** Whether the last answer, or what was skipped after it, was about images of this run. */
  readonly canUndo: boolean;
  readonly answer: (answer: Answer) => void;
  readonly skip: () => void;
  readonly undo: () => void;
}

interface Skipped {
  /** By name: while the run goes on, it is read anew again and again. */
  readonly names: [string, string];
  /** How many pairs had been rated before. */
  readonly count: number;
}

export function useRating(run: string): Rating {
  const detail = useRunDetail(run)?.detail ?? null;
  const [ratings, setRatings] = useState<Ratings | null>(null);
  const [skipped, setSkipped] = useState<readonly Skipped[]>([]);
  const [isBusy, setBusy] = useState(false);
  const busy = useRef(false);
  useEffect(() => attempt(async () => setRatings(await studio.ratings({}))), []);
  const groups = useMemo(() => (detail === null ? [] : ratingGroups(detail)), [detail]);
  const said = useMemo(
    () => (ratings === null ? null : [...ratings.pairs, ...skipped.map(({ names }) => names)]),
    [ratings, skipped],
  );
  const next = useMemo(() => (said === null ? undefined : nextPair(groups, said)), [groups, said]);
  const pair = useHeld(next, said);
  const last = ratings?.pairs.at(-1);
  const isSkippedLast = ratings !== null && skipped.at(-1)?.count === ratings.count;
  const canUndo = isSkippedLast || (last !== undefined && isOfRun(groups, last));
  /** One after the other: keys may come faster than the disk. */
  const change = (work: () => Promise<Ratings>): void => {
    if (busy.current) return;
    busy.current = true;
    setBusy(true);
    attempt(async () => {
      try {
        setRatings(await work());
      } finally {
        busy.current = false;
        setBusy(false);
      }
    });
  };
  return {
    ratings,
    pair,
    total: countPairs(groups),
    isLoaded: detail !== null && ratings !== null,
    isBusy,
    canUndo,
    answer(answer) {
      if (pair === undefined || ratings === null) return;
      const [better, worse] = answer === "right" ? [pair.right, pair.left] : [pair.left, pair.right];
      change(async () => {
        const images = {
          better: await sent(run, better, ratings),
          worse: await sent(run, worse, ratings),
        };
        return studio.ratePair({ prompt: pair.prompt, ...images, tie: answer === "tie" });
      });
    },
    skip() {
      if (pair === undefined || ratings === null || busy.current) return;
      setSkipped((before) => [...before, { names: namesOf(pair), count: ratings.count }]);
    },
    undo() {
      if (isSkippedLast) setSkipped((before) => before.slice(0, -1));
      else if (canUndo) change(() => studio.undoRating({}));
    },
  };
}

/** What is being looked at stays, whatever images come meanwhile, until something is said of it. */
function useHeld(next: RatingPair | undefined, said: unknown): RatingPair | undefined {
  const [held, setHeld] = useState({ said, pair: next });
  if (held.said === said && held.pair !== undefined) return held.pair;
  if (held.said !== said || next !== undefined) setHeld({ said, pair: next });
  return next;
}

/** The image goes to the program once. */
async function sent(run: string, image: NamedImage, { images }: Ratings): Promise<RatedPair["better"]> {
  const { url, index, name } = image;
  if (images.includes(name)) return { run, url, index, upload: null };
  const file = new File([await imageFile(image)], name, { type: "image/png" });
  return { run, url, index, upload: await upload(file) };
}
