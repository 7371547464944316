// One of two images that are compared: pressed, it is the better one. What it was drawn with is not told.

import { useImageSize } from "../run/ImageFrame.tsx";
import { PictureCell } from "../run/PictureCell.tsx";
import type { ShownImage } from "../run/shown-image.ts";

interface RatedImageProps {
  readonly image: ShownImage;
  readonly label: string;
  readonly keys: string;
  readonly isDisabled: boolean;
  readonly onChoose: () => void;
}

/** Pixels: a smaller image is enlarged with its pixels kept sharp, for what is smoothed cannot be judged. */
const SMALL = 256;

export function RatedImage({ image, label, keys, isDisabled, onChoose }: RatedImageProps) {
  const size = useImageSize(image);
  const { url, index, count, gap, prompt } = image;
  const isSmall = size !== null && size.width < SMALL;
  return (
    <button
      type="button"
      className="rs-rated-image"
      aria-label={label}
      aria-keyshortcuts={keys}
      aria-disabled={isDisabled}
      onClick={onChoose}
    >
      <PictureCell
        url={url}
        index={index}
        count={count}
        gap={gap}
        label={prompt}
        className={isSmall ? "rs-is-sharp" : ""}
      />
    </button>
  );
}
