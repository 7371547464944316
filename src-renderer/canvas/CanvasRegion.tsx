// The canvas of the workflow that is shown, or what to begin with if there is none.

import { useEffect, useState } from "react";
import { runCommand } from "../commands/commands.ts";
import { useActiveTab } from "../state/document-store.ts";
import { text } from "../text/text.ts";
import { focusCanvas } from "./canvas-handle.ts";
import { Canvas } from "./Canvas.tsx";
import { ContextMenu } from "./ContextMenu.tsx";
import { FindBar } from "./FindBar.tsx";
import { SelectionStatus } from "./SelectionStatus.tsx";

export function CanvasRegion() {
  const tab = useActiveTab();
  const [host, setHost] = useState<HTMLElement | null>(null);
  useFocusOf(host, tab?.id);
  const isEmpty = tab !== undefined && Object.keys(tab.history.present.graph.nodes).length === 0;
  return (
    <section ref={setHost} className="rs-canvas" data-region="canvas" aria-label={text.regions.canvas} tabIndex={-1}>
      {tab === undefined || host === null ? null : <Canvas key={tab.id} tab={tab.id} host={host} />}
      {tab === undefined ? null : <SelectionStatus tab={tab.id} />}
      <FindBar />
      <ContextMenu />
      {tab === undefined || isEmpty ? (
        <div className="rs-canvas-empty">
          <h2>{tab === undefined ? text.canvas.noTab : text.canvas.emptyTitle}</h2>
          <p>{text.canvas.emptyText}</p>
          <button type="button" className="rs-button rs-button-primary" onClick={() => runCommand("file.templates")}>
            {text.canvas.browseTemplates}
          </button>
        </div>
      ) : null}
    </section>
  );
}

/** Whoever opens or shows a workflow goes on with it: the keys are then its, and no longer the button's that was pressed. */
function useFocusOf(host: HTMLElement | null, tab: string | undefined): void {
  useEffect(() => {
    if (host === null || tab === undefined) return undefined;
    // A dialog that closes meanwhile hands the focus back first.
    const frame = requestAnimationFrame(() => focusCanvas());
    return () => cancelAnimationFrame(frame);
  }, [host, tab]);
}
