// The images of an evaluation: a row for each prompt and seed, a column for each negative, the best of a row marked.

import { useState } from "react";
import { CONDITIONS } from "../../src-main/common/evaluation-report.ts";
import type { EvaluationResult } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import { ImageButton } from "./ImageButton.tsx";
import { Lightbox } from "./Lightbox.tsx";
import { evaluationGrid, type ImagePlace } from "./shown-image.ts";

const words = text.learning.run;
const NO_NEGATIVE = CONDITIONS.indexOf("null");

export function ComparedImages({ result: { images, handwritten } }: { readonly result: EvaluationResult }) {
  const [open, setOpen] = useState<ImagePlace | null>(null);
  const grid = evaluationGrid(images);
  return (
    <>
      <p className="rs-muted">{words.handwrittenIs(handwritten)}</p>
      <div className="rs-compared">
        {grid.map((row, i) => {
          const best = Math.max(...row.map(({ reward }) => reward ?? -Infinity));
          return (
            <figure key={i} className="rs-compared-row" aria-label={row[0]?.prompt}>
              <figcaption>{row[0]?.prompt}</figcaption>
              {row.map((image, column) => (
                <div key={column}>
                  <small className="rs-muted">{image.at}</small>
                  <ImageButton
                    image={image}
                    isBest={image.reward === best}
                    onOpen={() => setOpen({ row: i, column })}
                  />
                </div>
              ))}
            </figure>
          );
        })}
      </div>
      {open === null ? null : (
        <Lightbox
          grid={grid}
          place={open}
          onPlace={setOpen}
          onClose={() => setOpen(null)}
          besideOf={({ row }) => ({ row, column: NO_NEGATIVE })}
          axes={words.evaluationAxes}
        />
      )}
    </>
  );
}
