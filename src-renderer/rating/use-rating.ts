// What is shown of a run to be compared, and what is said of it: each answer is on disk before the next pair comes.

import { useEffect, useMemo, useRef, useState } from "react";
import type { RatedPair, Ratings } from "../../src-main/common/studio/rating.ts";
import { studio } from "../api/studio.ts";
import { upload } from "../api/upload.ts";
import { imageFile } from "../run/image-file.ts";
import { useRunDetail } from "../run/use-run-detail.ts";
import { attempt } from "../state/toast-store.ts";
import { type NamedImage, namesOf, type RatingPair, ratingPairs, unratedPairs } from "./rating-pairs.ts";

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
  readonly answer: (answer: Answer) => void;
  readonly skip: () => void;
  readonly undo: () => void;
}

export function useRating(run: string): Rating {
  const detail = useRunDetail(run)?.detail ?? null;
  const [ratings, setRatings] = useState<Ratings | null>(null);
  // By name: while the run goes on, it is read anew again and again.
  const [skipped, setSkipped] = useState<Ratings["pairs"]>([]);
  const [isBusy, setBusy] = useState(false);
  const busy = useRef(false);
  useEffect(() => attempt(async () => setRatings(await studio.ratings({}))), []);
  const pairs = useMemo(() => (detail === null ? [] : ratingPairs(detail)), [detail]);
  const [pair] = useMemo(
    () => (ratings === null ? [] : unratedPairs(pairs, [...ratings.pairs, ...skipped])),
    [pairs, ratings, skipped],
  );
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
    total: pairs.length,
    isLoaded: detail !== null && ratings !== null,
    isBusy,
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
    skip: () => pair !== undefined && setSkipped((before) => [...before, namesOf(pair)]),
    undo() {
      if ((ratings?.count ?? 0) > 0) change(() => studio.undoRating({}));
    },
  };
}

/** The image goes to the program once. */
async function sent(run: string, image: NamedImage, { images }: Ratings): Promise<RatedPair["better"]> {
  const { url, index, name } = image;
  if (images.includes(name)) return { run, url, index, upload: null };
  const file = new File([await imageFile(image)], name, { type: "image/png" });
  return { run, url, index, upload: await upload(file) };
}
