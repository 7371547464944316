// The canvas of the workflow that is shown, or what to begin with if there is none.

import { runCommand } from "../commands/commands.ts";
import { useActiveTab } from "../state/document-store.ts";
import { text } from "../text/text.ts";
import { Canvas } from "./Canvas.tsx";
import { ContextMenu } from "./ContextMenu.tsx";

export function CanvasRegion() {
  const tab = useActiveTab();
  const isEmpty = tab !== undefined && Object.keys(tab.history.present.graph.nodes).length === 0;
  return (
    <section className="canvas" data-region="canvas" aria-label={text.regions.canvas} tabIndex={-1}>
      {tab === undefined ? null : <Canvas key={tab.id} tab={tab.id} />}
      <ContextMenu />
      {tab === undefined || isEmpty ? (
        <div className="canvas-empty">
          <h2>{tab === undefined ? text.canvas.noTab : text.canvas.emptyTitle}</h2>
          <p>{text.canvas.emptyText}</p>
          <button type="button" className="button button-primary" onClick={() => runCommand("file.templates")}>
            {text.canvas.browseTemplates}
          </button>
        </div>
      ) : null}
    </section>
  );
}
