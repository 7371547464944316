// The window: workflows on top, nodes on the left, the canvas, parameters on the right, panels below.

import { CanvasRegion } from "../canvas/CanvasRegion.tsx";
import { Dialogs } from "../dialogs/Dialogs.tsx";
import { Dock } from "../dock/Dock.tsx";
import { UploadProgress } from "../drop/UploadProgress.tsx";
import { Inspector } from "../inspector/Inspector.tsx";
import { Library } from "../library/Library.tsx";
import { connectionStore } from "../state/connection-store.ts";
import { text } from "../text/text.ts";
import { Toasts } from "../ui/Toasts.tsx";
import { useSidePanel } from "./side-panels.ts";
import { StatusBar } from "./StatusBar.tsx";
import { TopBar } from "./TopBar.tsx";
import { useFileDrop } from "./use-file-drop.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { useTheme } from "./use-theme.ts";

export function App() {
  useTheme();
  useShortcuts();
  const isDropping = useFileDrop();
  const isLibraryOpen = useSidePanel("libraryOpen");
  const isInspectorOpen = useSidePanel("inspectorOpen");
  return (
    <div className="rs-app">
      <TopBar />
      <ConnectionBanner />
      <main className="rs-workspace">
        <h1 className="rs-hidden-visually">{text.app.name}</h1>
        {isLibraryOpen ? <Library /> : null}
        <div className="rs-middle">
          <CanvasRegion />
          <Dock />
          <Toasts />
          <UploadProgress />
        </div>
        {isInspectorOpen ? <Inspector /> : null}
      </main>
      <StatusBar />
      <Dialogs />
      {isDropping ? <div className="rs-drop-hint">{text.canvas.dropHere}</div> : null}
    </div>
  );
}

function ConnectionBanner() {
  const state = connectionStore((connection) => connection.state);
  if (state !== "lost" && state !== "signed out") return null;
  return (
    <div className="rs-banner rs-banner-error" role="alert">
      {state === "lost" ? text.connection.lost : text.connection.signedOut}
    </div>
  );
}
