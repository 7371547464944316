// One image at a scale, its pixels kept sharp where they are enlarged: beside it, up to a line, another of the same size.

import { useEffect, useState } from "react";
import type { ShownImage } from "./shown-image.ts";

export interface ImageSize {
  /** In pixels of the image. */
  readonly width: number;
  readonly height: number;
}

/** `null` until it is known. */
export function useImageSize({ url, count, gap }: ShownImage): ImageSize | null {
  const [size, setSize] = useState<{ readonly url: string; readonly size: ImageSize } | null>(null);
  useEffect(() => {
    const image = new Image();
    image.addEventListener("load", () => {
      const width = (image.naturalWidth - (count - 1) * gap) / count;
      setSize({ url, size: { width, height: image.naturalHeight } });
    });
    image.src = url;
  }, [url, count, gap]);
  // That of the one before, until the new one is there, keeps the window from jumping.
  return size?.size ?? null;
}

interface ImageFrameProps {
  readonly image: ShownImage;
  readonly size: ImageSize;
  /** Pixels of the page to one of the image. */
  readonly scale: number;
  /** Shown left of `share`, 0…1. */
  readonly before?: { readonly image: ShownImage; readonly share: number } | undefined;
}

export function ImageFrame({ image, size, scale, before }: ImageFrameProps) {
  return (
    <div
      className={scale >= 2 ? "rs-image-frame rs-is-sharp" : "rs-image-frame"}
      style={{ width: size.width * scale, height: size.height * scale }}
    >
      <Piece image={image} size={size} scale={scale} />
      {before === undefined ? null : (
        <>
          <div className="rs-image-before" style={{ clipPath: `inset(0 ${100 - 100 * before.share}% 0 0)` }}>
            <Piece image={before.image} size={size} scale={scale} />
          </div>
          <div className="rs-image-line" style={{ insetInlineStart: `${100 * before.share}%` }} />
        </>
      )}
    </div>
  );
}

function Piece({ image, size, scale }: Omit<ImageFrameProps, "before">) {
  const { count, gap, index } = image;
  const wide = count * size.width + (count - 1) * gap;
  return (
    <img
      src={image.url}
      alt={image.label}
      draggable={false}
      style={{
        width: wide * scale,
        height: size.height * scale,
        insetInlineStart: -index * (size.width + gap) * scale,
      }}
    />
  );
}
