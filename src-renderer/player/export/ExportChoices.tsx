// What of a video is exported, as what, and how large.

import { text } from "../../text/text.ts";
import { ChoiceField } from "../../ui/ChoiceField.tsx";
import { type Video, frameCount, type Size } from "../video.ts";
import { composedSize } from "./compose.ts";
import type { ExportFormat } from "./export-formats.ts";

const words = text.player.export;
const SCALES = [1, 2, 4, 8];
const OF_VIDEOS: readonly ExportFormat[] = ["mp4", "webm", "webp", "gif", "apng", "png", "frames"];
const OF_PICTURES: readonly ExportFormat[] = ["png", "webp"];

/** In place of a track: all of them, side by side. */
export const ALL = "";

export interface ExportChoice {
  /** The id of one, or ALL. */
  readonly track: string;
  readonly format: ExportFormat;
  readonly scale: number;
}

interface ExportChoicesProps {
  readonly video: Video;
  /** Of one track. */
  readonly size: Size;
  readonly choice: ExportChoice;
  readonly onChange: (change: Partial<ExportChoice>) => void;
}

export function ExportChoices({ video, size, choice: { track, format, scale }, onChange }: ExportChoicesProps) {
  const isMoving = frameCount(video) > 1;
  const names: Readonly<Record<ExportFormat, string>> = isMoving
    ? words.formats
    : { ...words.formats, ...words.picture };
  const exported = track === ALL ? video.tracks.length : 1;
  return (
    <>
      <label>
        {words.what}
        <select value={track} onChange={(event) => onChange({ track: event.target.value })}>
          {video.tracks.length > 1 ? <option value={ALL}>{words.all}</option> : null}
          {video.tracks.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <ChoiceField
        label={words.format}
        value={format}
        choices={isMoving ? OF_VIDEOS : OF_PICTURES}
        names={names}
        onChange={(chosen) => onChange({ format: chosen })}
      />
      <label>
        {words.size}
        <select value={scale} onChange={(event) => onChange({ scale: Number(event.target.value) })}>
          {SCALES.map((each) => {
            const { width, height } = composedSize(exported, size, each);
            return (
              <option key={each} value={each}>
                {words.sizeOf(each, width, height)}
              </option>
            );
          })}
        </select>
      </label>
    </>
  );
}
