// The panels under the canvas: one shown at a time, as high as the user drags them.

import { ChevronDown, ChevronUp } from "lucide-react";
import { useRef } from "react";
import { keysOf } from "../commands/commands.ts";
import { checkStore } from "../state/check-store.ts";
import { setPreference, usePreference } from "../state/preference-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { DOCK_PANELS, type DockPanel } from "./panels.ts";

const LOWEST = 120;
const HIGHEST = 800;
const KEY_STEP = 24;

export function Dock() {
  const isOpen = usePreference("dockOpen");
  const height = usePreference("dockHeight");
  const chosen = usePreference("dockPanel");
  const panel = DOCK_PANELS.find(({ id }) => id === chosen) ?? DOCK_PANELS[0];
  return (
    <section
      className="rs-dock"
      data-region="dock"
      aria-label={text.regions.dock}
      tabIndex={-1}
      style={isOpen ? { height } : undefined}
    >
      {isOpen ? <ResizeHandle height={height} /> : null}
      <div className="rs-dock-bar">
        <div role="tablist" aria-label={text.regions.dock} onKeyDown={moveFocus}>
          {DOCK_PANELS.map((each) => (
            <PanelTab key={each.id} panel={each} isShown={isOpen && each.id === panel?.id} isFirst={each === panel} />
          ))}
        </div>
        <IconButton
          icon={isOpen ? ChevronDown : ChevronUp}
          label={text.dock.toggle}
          keys={keysOf("view.dock")}
          isExpanded={isOpen}
          onClick={() => setPreference("dockOpen", !isOpen)}
        />
      </div>
      {isOpen && panel !== undefined ? (
        <div className="rs-dock-panel" role="tabpanel" id="dock-panel" aria-labelledby={`dock-tab-${panel.id}`}>
          <panel.Panel />
        </div>
      ) : null}
    </section>
  );
}

interface PanelTabProps {
  readonly panel: DockPanel;
  readonly isShown: boolean;
  readonly isFirst: boolean;
}

function PanelTab({ panel: { id, title, icon: Icon }, isShown, isFirst }: PanelTabProps) {
  return (
    <button
      type="button"
      role="tab"
      id={`dock-tab-${id}`}
      aria-selected={isShown}
      aria-controls={isShown ? "dock-panel" : undefined}
      tabIndex={isFirst ? 0 : -1}
      className="rs-dock-tab"
      onClick={() => (isShown ? setPreference("dockOpen", false) : showPanel(id))}
    >
      <Icon size={14} aria-hidden />
      {title}
      {id === "problems" ? <ProblemCount /> : null}
    </button>
  );
}

function ProblemCount() {
  const errors = checkStore(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === "error").length);
  const all = checkStore(({ diagnostics }) => diagnostics.length);
  if (all === 0) return null;
  return (
    <span className={errors > 0 ? "rs-badge rs-badge-error" : "rs-badge rs-badge-warning"}>
      {all}
      <span className="rs-hidden-visually">{text.problems.count(errors, all - errors)}</span>
    </span>
  );
}

function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (by === 0) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  event.preventDefault();
  tabs[(at + by + tabs.length) % tabs.length]?.focus();
}

function ResizeHandle({ height }: { readonly height: number }) {
  const start = useRef<{ readonly y: number; readonly height: number } | null>(null);
  // The window may be too low for the height that was chosen: what is seen counts.
  const shown = (handle: HTMLElement): number => handle.parentElement?.offsetHeight ?? height;
  const set = (wanted: number): void => setPreference("dockHeight", Math.max(LOWEST, Math.min(HIGHEST, wanted)));
  return (
    <div
      className="rs-dock-resize"
      role="separator"
      aria-label={text.dock.resize}
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={LOWEST}
      aria-valuemax={HIGHEST}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { y: event.clientY, height: shown(event.currentTarget) };
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.height + start.current.y - event.clientY);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowUp") set(shown(event.currentTarget) + KEY_STEP);
        if (event.key === "ArrowDown") set(shown(event.currentTarget) - KEY_STEP);
      }}
    />
  );
}
