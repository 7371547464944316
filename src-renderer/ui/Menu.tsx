// A list of commands at a place on the screen, by mouse and by keyboard.

import { useEffect, useRef } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";

export interface MenuItem {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly isOff?: boolean;
  /** A colour that is shown before the label. */
  readonly swatch?: string;
  readonly isChecked?: boolean | undefined;
  readonly run: () => void;
}
export type MenuEntry = MenuItem | "separator";

interface MenuProps {
  readonly label: string;
  readonly at: Point;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}

export function Menu({ label, at, entries, onClose }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = ref.current;
    if (menu === null) return;
    const before = document.activeElement;
    // An effect that runs twice finds it open.
    if (!menu.matches(":popover-open")) menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - width - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - height - 4))}px`;
    itemsOf(menu)[0]?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [at]);
  return (
    <div
      ref={ref}
      className="rs-menu"
      role="menu"
      aria-label={label}
      popover="auto"
      onToggle={(event) => {
        if (event.newState === "closed") onClose();
      }}
      onKeyDown={(event) => {
        const target = neighbour(itemsOf(event.currentTarget), event.key);
        if (event.key === "Tab") onClose();
        if (target === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        target.focus();
      }}
    >
      {entries.map((entry, i) =>
        entry === "separator" ? (
          <hr key={`separator-${i}`} />
        ) : (
          <button
            key={entry.label}
            type="button"
            role={entry.isChecked === undefined ? "menuitem" : "menuitemcheckbox"}
            aria-checked={entry.isChecked}
            tabIndex={-1}
            disabled={entry.isOff}
            onClick={() => {
              onClose();
              // A menu that it opens comes after this one is gone.
              entry.run();
            }}
          >
            <span className="rs-menu-check">{entry.isChecked === true ? "✓" : ""}</span>
            {entry.swatch === undefined ? null : (
              <span className="rs-menu-swatch" style={{ background: entry.swatch }} aria-hidden />
            )}
            <span className="rs-menu-label">{entry.label}</span>
            {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
          </button>
        ),
      )}
    </div>
  );
}

function itemsOf(menu: HTMLElement): HTMLButtonElement[] {
  return [...menu.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
}

/** The item that a key leads to: arrows, Home, End, or a first letter. */
function neighbour(items: readonly HTMLButtonElement[], key: string): HTMLButtonElement | undefined {
  const at = items.findIndex((item) => item === document.activeElement);
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items[(at - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1) return undefined;
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return order.find((item) => item.innerText.trim().toLowerCase().startsWith(key.toLowerCase()));
}
