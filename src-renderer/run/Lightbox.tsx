// One image in the whole window. Arrows go to its neighbours, + and − zoom, C lays the one that it is compared with over it.

import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Copy,
  Download,
  SplitSquareHorizontal,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { imageFile } from "./image-file.ts";
import { ImageFrame, type ImageSize, useImageSize } from "./ImageFrame.tsx";
import { saveBlob } from "./save-file.ts";
import {
  imageAt,
  type ImageGrid,
  type ImagePlace,
  movePlace,
  printImageReward,
  type ShownImage,
} from "./shown-image.ts";

const words = text.learning.lightbox;

interface LightboxProps {
  readonly grid: ImageGrid;
  readonly place: ImagePlace;
  readonly onPlace: (place: ImagePlace) => void;
  readonly onClose: () => void;
  /** With which an image is compared: the start, or the one without a negative. */
  readonly besideOf: (place: ImagePlace) => ImagePlace;
  /** What the arrows go through. */
  readonly axes: { readonly across: string; readonly down: string };
}

const ZOOM_STEP = 1.25;
const LEAST_SCALE = 0.1;
const MOST_SCALE = 32;

const ARROWS = [
  { side: "left", icon: ArrowLeft, keys: "←", axis: "across", down: 0, right: -1 },
  { side: "right", icon: ArrowRight, keys: "→", axis: "across", down: 0, right: 1 },
  { side: "up", icon: ArrowUp, keys: "↑", axis: "down", down: -1, right: 0 },
  { side: "down", icon: ArrowDown, keys: "↓", axis: "down", down: 1, right: 0 },
] as const;

export function Lightbox({ grid, place, onPlace, onClose, besideOf, axes }: LightboxProps) {
  const image = imageAt(grid, place);
  const beside = imageAt(grid, besideOf(place));
  /** `null`: as large as there is room. */
  const [scale, setScale] = useState<number | null>(null);
  const [isCompared, setCompared] = useState(false);
  if (image === undefined) return null;
  const go = (down: number, right: number): void => {
    const next = movePlace(grid, place, down, right);
    if (next !== null) onPlace(next);
  };
  const canCompare = beside !== undefined && beside !== image;
  return (
    <Dialog title={image.label} size="full" onClose={onClose}>
      <Stage
        image={image}
        before={isCompared && canCompare ? beside : undefined}
        scale={scale}
        onScale={setScale}
        onKey={(key) => {
          const act = keyActions(go, () => canCompare && setCompared(!isCompared))[key];
          act?.();
          return act !== undefined;
        }}
      >
        {ARROWS.map(({ side, icon, keys, axis, down, right }) => (
          <IconButton
            key={side}
            icon={icon}
            label={words[side](axes[axis])}
            keys={keys}
            size="large"
            className={`rs-lightbox-arrow rs-is-${side}`}
            isOff={movePlace(grid, place, down, right) === null}
            onClick={() => go(down, right)}
          />
        ))}
      </Stage>
      <div className="rs-lightbox-bar">
        <span>{words.facts(image.seed, printImageReward(image, beside))}</span>
        <span className="rs-muted">{words.keys(axes.across, axes.down)}</span>
        <span className="rs-spacer" />
        <button
          type="button"
          className="rs-button rs-button-small"
          aria-pressed={isCompared}
          disabled={!canCompare}
          onClick={() => setCompared(!isCompared)}
        >
          <SplitSquareHorizontal size={14} aria-hidden /> {words.compare(beside?.at ?? "")}
        </button>
        <button type="button" className="rs-button rs-button-small" onClick={() => attempt(() => copy(image))}>
          <Copy size={14} aria-hidden /> {words.copy}
        </button>
        <button
          type="button"
          className="rs-button rs-button-small"
          onClick={() => attempt(async () => saveBlob(await imageFile(image), `${image.fileName}.png`))}
        >
          <Download size={14} aria-hidden /> {words.save}
        </button>
      </div>
    </Dialog>
  );
}

function keyActions(
  go: (down: number, right: number) => void,
  compare: () => void,
): Readonly<Record<string, () => void>> {
  return {
    ArrowLeft: () => go(0, -1),
    ArrowRight: () => go(0, 1),
    ArrowUp: () => go(-1, 0),
    ArrowDown: () => go(1, 0),
    c: compare,
  };
}

async function copy(image: ShownImage): Promise<void> {
  // Over plain HTTP from another machine, browsers give pages no clipboard.
  if (!("clipboard" in navigator)) throw new Error(words.noClipboard);
  // Given as a promise, because Safari asks for it within the click.
  await navigator.clipboard.write([new ClipboardItem({ "image/png": imageFile(image) })]);
  toast({ tone: "info", title: words.copied });
}

interface StageProps {
  readonly image: ShownImage;
  readonly before: ShownImage | undefined;
  readonly scale: number | null;
  readonly onScale: (scale: number | null) => void;
  /** @returns whether it meant something */
  readonly onKey: (key: string) => boolean;
  readonly children: ReactNode;
}

/** The image in its room: scrolled when it is larger. */
function Stage({ image, before, scale, onScale, onKey, children }: StageProps) {
  const room = useRef<HTMLDivElement>(null);
  const size = useImageSize(image);
  const [share, setShare] = useState(0.5);
  const fit = useFit(room.current, size);
  const shown = scale ?? fit;
  const zoom = (factor: number): void => onScale(Math.min(MOST_SCALE, Math.max(LEAST_SCALE, shown * factor)));
  useWheel(room, zoom);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isRange(event.target)) return;
    const zooms: Readonly<Record<string, () => void>> = {
      "+": () => zoom(ZOOM_STEP),
      "=": () => zoom(ZOOM_STEP),
      "-": () => zoom(1 / ZOOM_STEP),
      "0": () => onScale(null),
    };
    const act = zooms[event.key];
    act?.();
    if (act !== undefined || onKey(event.key)) event.preventDefault();
  };
  const wipe = ({ currentTarget, clientX, buttons, pointerType }: PointerEvent<HTMLElement>): void => {
    if (pointerType !== "mouse" && buttons === 0) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    setShare(Math.min(1, Math.max(0, (clientX - left) / width)));
  };
  return (
    <div className="rs-lightbox" onKeyDown={onKeyDown}>
      <div className="rs-lightbox-room" ref={room} tabIndex={0} role="group" aria-label={image.label} data-autofocus>
        {size === null ? null : (
          <div className="rs-lightbox-image" onPointerMove={before === undefined ? undefined : wipe}>
            <ImageFrame image={image} size={size} scale={shown} before={before && { image: before, share }} />
          </div>
        )}
      </div>
      {children}
      <div className="rs-lightbox-zoom">
        {before === undefined ? null : (
          <label>
            {words.wipe(before.at, image.at)}{" "}
            <input
              type="range"
              min={0}
              max={1}
              step={0.01}
              value={share}
              onChange={(event) => setShare(Number(event.target.value))}
            />
          </label>
        )}
        <IconButton icon={ZoomOut} label={words.zoomOut} keys="−" onClick={() => zoom(1 / ZOOM_STEP)} />
        <button
          type="button"
          className="rs-link-button"
          title={words.fit}
          onClick={() => onScale(scale === null ? 1 : null)}
        >
          {words.percent(Math.round(100 * shown))}
        </button>
        <IconButton icon={ZoomIn} label={words.zoomIn} keys="+" onClick={() => zoom(ZOOM_STEP)} />
      </div>
    </div>
  );
}

/** Small images are enlarged by whole numbers, so that each of their pixels is as large as the next. */
function useFit(room: HTMLElement | null, size: ImageSize | null): number {
  const [space, setSpace] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    if (room === null) return undefined;
    const watching = new ResizeObserver(() => setSpace({ width: room.clientWidth, height: room.clientHeight }));
    watching.observe(room);
    return () => watching.disconnect();
  }, [room]);
  if (size === null || space.width === 0) return 1;
  const fit = Math.min(space.width / size.width, space.height / size.height);
  return fit >= 2 ? Math.floor(fit) : fit;
}

/** React's own listener may not keep the page from scrolling. */
function useWheel(room: React.RefObject<HTMLElement | null>, zoom: (factor: number) => void): void {
  const latest = useRef(zoom);
  latest.current = zoom;
  useEffect(() => {
    const element = room.current;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      latest.current(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);
}

function isRange(target: EventTarget): boolean {
  return target instanceof HTMLInputElement;
}
