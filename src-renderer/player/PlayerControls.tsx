// Play, step, scrub, loop, speed: all by mouse and by keyboard.

import { Download, Pause, Play, Repeat, StepBack, StepForward } from "lucide-react";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
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
      <IconButton icon={StepBack} label={words.back} keys="←" onClick={() => step(-1)} />
      <IconButton
        icon={isPlaying ? Pause : Play}
        label={isPlaying ? words.pause : words.play}
        keys={text.keys.space}
        onClick={toggle}
      />
      <IconButton icon={StepForward} label={words.forward} keys="→" onClick={() => step(1)} />
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
      <IconButton
        icon={Repeat}
        label={words.loop}
        keys="L"
        className="rs-player-loop"
        isPressed={isLooping}
        onClick={() => setLooping(!isLooping)}
      />
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
