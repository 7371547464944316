// The images of one preview, two beside each other.

import type { PreviewPicture } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import { PictureCell } from "./PictureCell.tsx";

export function PreviewImages({ preview: { url, prompts, gap, step } }: { readonly preview: PreviewPicture }) {
  return (
    <span className="rs-preview-images">
      {prompts.map((prompt, index) => (
        <PictureCell
          key={index}
          url={url}
          index={index}
          count={prompts.length}
          gap={gap}
          label={text.learning.run.cell(prompt, step)}
        />
      ))}
    </span>
  );
}
