// Saves a video, or one track of it, as a file that other programs play.

import { useEffect, useRef, useState } from "react";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { isVideoFormat } from "../../../src-main/common/video-file.ts";
import { printBytes } from "../../run/format.ts";
import { saveBlob, saveUrl } from "../../run/save-file.ts";
import { toastFailure } from "../../state/toast-store.ts";
import { text } from "../../text/text.ts";
import { type Video, frameCount, type Frames, type Size } from "../video.ts";
import { composedSize, usualScale } from "./compose.ts";
import { extensionOf, type WriteByProgram } from "./export-formats.ts";
import { ALL, type ExportChoice, ExportChoices } from "./ExportChoices.tsx";
import { MissingEncoder } from "./MissingEncoder.tsx";
import { useEncoder } from "./use-encoder.ts";
import { writeVideo } from "./write-video.ts";

const words = text.player.export;
interface ExportPanelProps {
  readonly video: Video;
  readonly tracks: readonly Frames[];
  /** The one that is shown. */
  readonly frame: number;
  readonly writeByProgram: WriteByProgram;
}

export function ExportPanel({ video, tracks, frame, writeByProgram }: ExportPanelProps) {
  const isMoving = frameCount(video) > 1;
  const size: Size = tracks[0]?.[0] ?? { width: 0, height: 0 };
  const [choice, setChoice] = useState<ExportChoice>(() => ({
    track: ALL,
    format: isMoving ? "mp4" : "png",
    scale: usualScale(size),
  }));
  const { track, format, scale } = choice;
  const chosen = video.tracks.flatMap(({ id }, i) => (track === ALL || track === id ? [i] : []));
  const whole = composedSize(chosen.length, size, scale);
  const encoder = useEncoder(format, whole);
  const { progress, outcome, run, cancel } = useExport();

  const save = (): void =>
    run(async (onProgress, signal) => {
      const ids = chosen.flatMap((i) => video.tracks[i]?.id ?? []);
      const label = track === ALL ? "" : ` ${video.tracks.find(({ id }) => id === track)?.label ?? ""}`;
      const name = fileName(`${video.name}${label}`, extensionOf(format));
      if (isVideoFormat(format)) {
        const frames = chosen.flatMap((i) => (tracks[i] === undefined ? [] : [tracks[i]]));
        const blob = await writeVideo({ video, tracks: frames, scale, format, onProgress, signal });
        saveBlob(blob, name);
        return words.saved(name, printBytes(blob.size));
      }
      saveUrl(await writeByProgram({ format, tracks: ids, scale, frame }), name);
      return words.savedPlain(name);
    });

  return (
    <form
      className="rs-export"
      aria-label={words.title}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <ExportChoices
        video={video}
        size={size}
        choice={choice}
        onChange={(change) => setChoice({ ...choice, ...change })}
      />
      {progress === null ? (
        <button type="submit" className="rs-button rs-button-primary" disabled={encoder !== "ready"}>
          {words.save}
        </button>
      ) : (
        <>
          <button type="button" className="rs-button" onClick={cancel}>
            {words.cancel}
          </button>
          <span role="status">
            {progress.total === 0 ? words.working : words.progress(progress.done, progress.total)}
          </span>
        </>
      )}
      {outcome === null ? null : (
        <p
          className={`rs-export-note rs-tone-${outcome.isSaved ? "success" : "error"}`}
          role={outcome.isSaved ? "status" : "alert"}
        >
          {outcome.message}
        </p>
      )}
      <MissingEncoder format={format} encoder={encoder} onChoose={(other) => setChoice({ ...choice, format: other })} />
    </form>
  );
}

interface Progress {
  readonly done: number;
  /** 0: it is not counted. */
  readonly total: number;
}

/** What came of the last export. It is told here: a window over the page would hide a message in the page's corner. */
interface Outcome {
  readonly isSaved: boolean;
  readonly message: string;
}

/** @returns what is said of the file */
type Work = (onProgress: (done: number, total: number) => void, signal: AbortSignal) => Promise<string>;

/** One export at a time; it ends when its panel does. */
function useExport() {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const working = useRef<AbortController | null>(null);
  useEffect(() => () => working.current?.abort(), []);
  const run = (work: Work): void => {
    const own = new AbortController();
    working.current = own;
    setOutcome(null);
    setProgress({ done: 0, total: 0 });
    work((done, total) => setProgress({ done, total }), own.signal)
      .then((message) => setOutcome({ isSaved: true, message }))
      .catch((fault: unknown) => {
        if (own.signal.aborted) return;
        if (!(fault instanceof Refusal)) return toastFailure(fault);
        const lines = fault.diagnostics.map(({ message, help }) => [message, ...(help ? [help] : [])].join(": "));
        setOutcome({ isSaved: false, message: lines.join("\n") });
      })
      .finally(() => setProgress(null));
  };
  return { progress, outcome, run, cancel: () => working.current?.abort() };
}

/** What every system takes as the name of a file. */
function fileName(name: string, extension: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  return `${plain.slice(0, 80) || "video"}.${extension}`;
}
