// The previews of one node along the run: on top the step that a slider chooses, over that with which it is compared; below, a row
// for each step. A column is a prompt.

import { useState } from "react";
import type { PreviewPicture } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import { BeforeAfter } from "./BeforeAfter.tsx";
import { ImageButton } from "./ImageButton.tsx";
import { Lightbox } from "./Lightbox.tsx";
import { imageAt, type ImageGrid, type ImagePlace, previewGrid, previewImage, type ShownImage } from "./shown-image.ts";
import type { ShownRun } from "./use-run-detail.ts";

const words = text.learning.run;

interface PreviewGridProps {
  readonly name: string;
  /** The earliest first. */
  readonly pictures: readonly PreviewPicture[];
  /** The run that this one is compared with. */
  readonly other: ShownRun | null;
}

export function PreviewGrid({ name, pictures, other }: PreviewGridProps) {
  /** `null`: the newest. */
  const [chosen, setChosen] = useState<number | null>(null);
  const [share, setShare] = useState(0.5);
  const [open, setOpen] = useState<ImagePlace | null>(null);
  const grid = previewGrid(pictures);
  const prompts = pictures[0]?.prompts ?? [];
  const row = Math.min(chosen ?? Infinity, pictures.length - 1);
  const shown = pictures[row];
  if (shown === undefined) return null;
  return (
    <section className="rs-preview-grid">
      {name === "" ? null : <h4>{name}</h4>}
      <table>
        <thead>
          <tr>
            <td />
            {prompts.map((prompt, column) => (
              <th key={column} scope="col">
                {prompt}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="rs-preview-shown">
            <th scope="row">
              <Slider
                label={at(shown.step)}
                name={words.stepSlider}
                value={row}
                max={pictures.length - 1}
                step={1}
                onChange={(value) => setChosen(value === pictures.length - 1 ? null : value)}
              />
              <Slider
                label={other === null ? words.wipeStart : words.wipeRun(other.detail.name)}
                name={words.slider}
                value={share}
                max={1}
                step={0.01}
                onChange={setShare}
              />
            </th>
            {prompts.map((prompt, column) => {
              const image = imageAt(grid, { row, column });
              const before = other === null ? imageAt(grid, { row: 0, column }) : counterpartOf(other, prompt);
              return (
                <td key={column}>
                  {image === undefined ? null : (
                    <BeforeAfter before={before} after={image} share={share} onOpen={() => setOpen({ row, column })} />
                  )}
                  {other !== null && before === undefined ? (
                    <small className="rs-muted">{words.noCounterpart(other.detail.name)}</small>
                  ) : null}
                </td>
              );
            })}
          </tr>
          <StepRows grid={grid} pictures={pictures} onOpen={setOpen} />
        </tbody>
      </table>
      {open === null ? null : (
        <Lightbox
          grid={grid}
          place={open}
          onPlace={setOpen}
          onClose={() => setOpen(null)}
          besideOf={({ column }) => ({ row: 0, column })}
          axes={words.previewAxes}
        />
      )}
    </section>
  );
}

interface StepRowsProps {
  readonly grid: ImageGrid;
  readonly pictures: readonly PreviewPicture[];
  readonly onOpen: (place: ImagePlace) => void;
}

/** The newest first. */
function StepRows({ grid, pictures, onOpen }: StepRowsProps) {
  const rows = grid.map((images, row) => (
    <tr key={row}>
      <th scope="row">{at(pictures[row]?.step ?? 0)}</th>
      {images.map((image, column) => (
        <td key={column}>
          <ImageButton
            image={image}
            beside={imageAt(grid, { row: 0, column })}
            onOpen={() => onOpen({ row, column })}
          />
        </td>
      ))}
    </tr>
  ));
  return rows.toReversed();
}

function at(step: number): string {
  return step === 0 ? words.start : words.step(step);
}

/** The newest image of the same prompt in another run. */
function counterpartOf(other: ShownRun, prompt: string): ShownImage | undefined {
  const preview = other.previews.findLast(({ prompts }) => prompts.includes(prompt));
  return preview && previewImage(preview, preview.prompts.indexOf(prompt));
}

interface SliderProps {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}

function Slider({ label, name, value, max, step, onChange }: SliderProps) {
  return (
    <label className="rs-preview-slider">
      <span>{label}</span>
      <input
        type="range"
        aria-label={name}
        min={0}
        max={max}
        step={step}
        value={value}
        disabled={max === 0}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}
