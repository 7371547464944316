// Play, step, scrub, loop, speed: all by mouse and by keyboard.

import { Download, Pause, Play, Repeat, StepBack, StepForward } from "lucide-react";
import { text } from "../text/text.ts";
import type { Playback } from "./use-playback.ts";

const words = text.player;
const SPEEDS = [0.25, 0.5, 1, 2];

interface PlayerControlsProps {
  readonly playback: Playback;
  readonly count: number;
  readonly fps: number;
  readonly isExporting: boolean;
  readonly onExport: () => void;
}

export function PlayerControls({ playback, count, fps, isExporting, onExport }: PlayerControlsProps) {
  return (
    <div className="rs-player-controls">
      {count === 1 ? null : <PlayingControls playback={playback} count={count} fps={fps} />}
      <button
        type="button"
        className="rs-button rs-button-small rs-player-export"
        aria-expanded={isExporting}
        onClick={onExport}
      >
        <Download size={14} aria-hidden />
        {words.export.open}
      </button>
    </div>
  );
}

type PlayingControlsProps = Pick<PlayerControlsProps, "playback" | "count" | "fps">;

function PlayingControls({ playback, count, fps }: PlayingControlsProps) {
  const { frame, isPlaying, isLooping, speed, toggle, step, seek, setLooping, setSpeed } = playback;
  const position = words.frame(frame + 1, count);
  return (
    <>
      <button
        type="button"
        className="rs-icon-button"
        aria-label={words.back}
        title={words.backHelp}
        onClick={() => step(-1)}
      >
        <StepBack size={16} />
      </button>
      <button
        type="button"
        className="rs-icon-button"
        aria-label={isPlaying ? words.pause : words.play}
        title={isPlaying ? words.pauseHelp : words.playHelp}
        onClick={toggle}
      >
        {isPlaying ? <Pause size={18} /> : <Play size={18} />}
      </button>
      <button
        type="button"
        className="rs-icon-button"
        aria-label={words.forward}
        title={words.forwardHelp}
        onClick={() => step(1)}
      >
        <StepForward size={16} />
      </button>
      <input
        type="range"
        className="rs-player-scrubber"
        min={0}
        max={count - 1}
        value={frame}
        aria-label={words.scrubber}
        aria-valuetext={position}
        onChange={(event) => seek(Number(event.target.value))}
      />
      <span className="rs-player-position">{position}</span>
      {/* While it plays, nobody wants every frame read out. */}
      <span className="rs-hidden-visually" aria-live="polite">
        {isPlaying ? "" : position}
      </span>
      <button
        type="button"
        className="rs-icon-button rs-player-loop"
        aria-label={words.loop}
        title={words.loopHelp}
        aria-pressed={isLooping}
        onClick={() => setLooping(!isLooping)}
      >
        <Repeat size={16} />
      </button>
      <label className="rs-player-speed">
        {words.fps(fps * speed)}
        <select aria-label={words.speed} value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {words.times(each)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
