// The same prompt from the same noise before and after, one left and one right of a line; a click shows it large.

import { PictureCell } from "./PictureCell.tsx";
import { printImageReward, type ShownImage } from "./shown-image.ts";

interface BeforeAfterProps {
  /** Shown left of the line. */
  readonly before: ShownImage | undefined;
  readonly after: ShownImage;
  /** Where the line is, 0…1. */
  readonly share: number;
  readonly onOpen: () => void;
}

export function BeforeAfter({ before, after, share, onOpen }: BeforeAfterProps) {
  const isSplit = before !== undefined && before.url !== after.url;
  return (
    <figure className="rs-image-button rs-before-after">
      <button type="button" onClick={onOpen}>
        <Cell image={after} />
        {isSplit ? (
          <>
            <span className="rs-before-after-over" style={{ clipPath: `inset(0 ${100 - 100 * share}% 0 0)` }}>
              <Cell image={before} />
            </span>
            <span className="rs-before-after-line" style={{ insetInlineStart: `${100 * share}%` }} />
          </>
        ) : null}
      </button>
      {after.reward === null ? null : <figcaption>{printImageReward(after, before)}</figcaption>}
    </figure>
  );
}

function Cell({ image }: { readonly image: ShownImage }) {
  const { url, index, count, gap } = image;
  return <PictureCell url={url} index={index} count={count} gap={gap} label={image.label} />;
}
