// A small window at a place on the page, which stays to be seen around it. A click beside it, or Escape, closes it.

import { type ReactNode, useEffect, useId, useRef } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";

interface PopoverProps {
  readonly title: string;
  /** On the screen; `null`: in the middle of the canvas. */
  readonly at: Point | null;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

const MARGIN = 8;

export function Popover({ title, at, onClose, children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useEffect(() => {
    const popover = ref.current;
    if (popover === null) return undefined;
    const before = document.activeElement;
    // An effect that runs twice finds it open.
    if (!popover.matches(":popover-open")) popover.showPopover();
    const { width, height } = popover.getBoundingClientRect();
    const place = at ?? middleOfCanvas(width, height);
    popover.style.left = `${Math.max(MARGIN, Math.min(place.x, window.innerWidth - width - MARGIN))}px`;
    popover.style.top = `${Math.max(MARGIN, Math.min(place.y, window.innerHeight - height - MARGIN))}px`;
    popover.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [at]);
  return (
    <div
      ref={ref}
      className="rs-popover"
      role="dialog"
      aria-labelledby={titleId}
      popover="auto"
      onToggle={(event) => {
        if (event.newState === "closed") onClose();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </div>
  );
}

function middleOfCanvas(width: number, height: number): Point {
  const pane = document.querySelector(".rs-canvas")?.getBoundingClientRect() ?? new DOMRect();
  return { x: pane.x + (pane.width - width) / 2, y: pane.y + Math.max(0, pane.height - height) / 4 };
}
