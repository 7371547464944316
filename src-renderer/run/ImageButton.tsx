// A small image that opens the large one, with what it scored under it.

import { PictureCell } from "./PictureCell.tsx";
import { printImageReward, type ShownImage } from "./shown-image.ts";

interface ImageButtonProps {
  readonly image: ShownImage;
  /** That its reward is told against. */
  readonly beside?: ShownImage | undefined;
  readonly isBest?: boolean;
  readonly onOpen: () => void;
}

export function ImageButton({ image, beside, isBest = false, onOpen }: ImageButtonProps) {
  const { url, index, count, gap } = image;
  return (
    <figure className="rs-image-button">
      <button type="button" onClick={onOpen}>
        <PictureCell url={url} index={index} count={count} gap={gap} label={image.label} />
      </button>
      {image.reward === null ? null : (
        <figcaption className={isBest ? "rs-is-best" : undefined}>{printImageReward(image, beside)}</figcaption>
      )}
    </figure>
  );
}
