// One picture of a row of pictures that lie side by side in one file.

import { useState } from "react";

interface PictureCellProps {
  readonly url: string;
  readonly index: number;
  /** Pictures in the row. */
  readonly count: number;
  /** Pixels between two of them. */
  readonly gap: number;
  readonly label: string;
  readonly className?: string;
}

export function PictureCell({ url, index, count, gap, label, className = "" }: PictureCellProps) {
  const [shape, setShape] = useState(1);
  return (
    <img
      className={`rs-picture-cell ${className}`}
      src={url}
      alt={label}
      title={label}
      loading="lazy"
      // The window is as wide as one picture; its place is a share of what is left over, so the gaps cancel out.
      style={{ objectPosition: `${count > 1 ? (100 * index) / (count - 1) : 0}% 0`, aspectRatio: shape }}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        setShape((naturalWidth - (count - 1) * gap) / count / naturalHeight)
      }
    />
  );
}
