// The same prompt from the same noise at two steps, with a slider between them.

import { useState } from "react";
import type { PreviewPicture } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import { PictureCell } from "./PictureCell.tsx";

const words = text.learning.run;

/** One prompt of a preview. */
type Part = PreviewPicture & { readonly index: number };

interface BeforeAfterProps {
  readonly before: Part;
  readonly after: Part;
  /** What is left and what is right. */
  readonly caption: string;
}

export function BeforeAfter({ before, after, caption }: BeforeAfterProps) {
  const [share, setShare] = useState(50);
  const cell = ({ url, prompts, gap, step, index }: Part, className: string) => (
    <PictureCell
      url={url}
      index={index}
      count={prompts.length}
      gap={gap}
      label={words.cell(prompts[index] ?? "", step)}
      className={className}
    />
  );
  return (
    <figure className="rs-before-after">
      <div className="rs-before-after-frame">
        {cell(before, "rs-before-after-under")}
        <div className="rs-before-after-over" style={{ clipPath: `inset(0 0 0 ${share}%)` }}>
          {cell(after, "rs-before-after-under")}
        </div>
        <div className="rs-before-after-line" style={{ insetInlineStart: `${share}%` }} />
      </div>
      <input
        type="range"
        min={0}
        max={100}
        value={share}
        aria-label={words.slider}
        onChange={(event) => setShare(Number(event.target.value))}
      />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
