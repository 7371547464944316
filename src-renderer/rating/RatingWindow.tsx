// Two images of one prompt: which is better? Thirty answers are enough to learn a reward from.

import { ArrowDown, ArrowLeft, ArrowRight, Undo2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { openRating } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { openRewardTraining } from "./open-reward-training.ts";
import { RatedImage } from "./RatedImage.tsx";
import { type Rating, useRating } from "./use-rating.ts";

const words = text.rating;

/** Fewer say little of a taste. */
const ENOUGH = 30;

export function RatingWindow({ run }: { readonly run: string }) {
  const rating = useRating(run);
  const { ratings, canUndo, undo } = rating;
  const count = ratings?.count ?? 0;
  const close = (): void => openRating(null);
  return (
    <Dialog
      title={words.title}
      size="wide"
      onClose={close}
      onKey={(event) => takeKey(event, rating)}
      footer={
        <>
          <span className="rs-rating-count" role="status">
            <progress value={Math.min(count, ENOUGH)} max={ENOUGH} aria-label={words.progress} />
            {words.count(count, ENOUGH)}
          </span>
          {/* Were it disabled, it would lose the focus, and with it the keys of the window. */}
          <button type="button" className="rs-button" aria-disabled={!canUndo} onClick={undo}>
            <Undo2 size={14} aria-hidden />
            {words.undo}
          </button>
          <button
            type="button"
            className={count >= ENOUGH ? "rs-button rs-button-primary" : "rs-button"}
            disabled={ratings === null || count < 2}
            title={words.trainHelp(ENOUGH)}
            onClick={() =>
              attempt(async () => {
                if (ratings === null) return;
                await openRewardTraining(ratings.folder);
                close();
              })
            }
          >
            {words.train}
          </button>
        </>
      }
    >
      <div className="rs-rating" tabIndex={-1} data-autofocus aria-label={words.title} role="group">
        <Comparison rating={rating} />
      </div>
    </Dialog>
  );
}

function Comparison({ rating: { pair, total, isLoaded, isBusy, answer, skip } }: { readonly rating: Rating }) {
  if (!isLoaded) return <p className="rs-panel-empty">{words.loading}</p>;
  if (pair === undefined) return <p className="rs-panel-empty">{total === 0 ? words.none : words.done}</p>;
  return (
    <>
      <p className="rs-rating-prompt">{pair.prompt}</p>
      <div className="rs-rating-pair">
        <RatedImage
          image={pair.left}
          label={words.left}
          keys="ArrowLeft"
          isDisabled={isBusy}
          onChoose={() => answer("left")}
        />
        <RatedImage
          image={pair.right}
          label={words.right}
          keys="ArrowRight"
          isDisabled={isBusy}
          onChoose={() => answer("right")}
        />
      </div>
      <div className="rs-rating-answers">
        <button type="button" className="rs-button" onClick={() => answer("left")}>
          <ArrowLeft size={14} aria-hidden />
          {words.leftShort}
        </button>
        <button type="button" className="rs-button" onClick={() => answer("tie")}>
          <ArrowDown size={14} aria-hidden />
          {words.tie}
        </button>
        <button type="button" className="rs-button" onClick={skip}>
          {words.skip}
        </button>
        <button type="button" className="rs-button" onClick={() => answer("right")}>
          {words.rightShort}
          <ArrowRight size={14} aria-hidden />
        </button>
      </div>
    </>
  );
}

function takeKey(event: KeyboardEvent, { answer, skip, undo }: Rating): void {
  const isUndo = event.key === "Backspace" || (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey));
  const plain: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => answer("left"),
    ArrowRight: () => answer("right"),
    ArrowDown: () => answer("tie"),
    "=": () => answer("tie"),
    ArrowUp: skip,
  };
  const isModified = event.ctrlKey || event.metaKey || event.altKey;
  const act = isUndo ? undo : isModified ? undefined : plain[event.key];
  if (act === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  // A key that is held down is no further answer.
  if (!event.repeat) act();
}
