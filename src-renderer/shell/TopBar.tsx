// The open workflows as tabs, and the button that begins learning.

import { FolderOpen, LayoutTemplate, PanelLeft, PanelRight, Play, Plus, Redo2, Undo2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { type CommandId, keysOf, runCommand } from "../commands/commands.ts";
import { close } from "../files/documents.ts";
import { addressedJob } from "../run/addressed-job.ts";
import { JobProgress } from "../run/JobList.tsx";
import { RunButtons } from "../run/RunButtons.tsx";
import { checkStore } from "../state/check-store.ts";
import {
  activeTabOf,
  type DocumentTab,
  documentStore,
  isChanged,
  moveTab,
  showTab,
  useActiveTab,
} from "../state/document-store.ts";
import { runStore } from "../state/run-store.ts";
import { showRun } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { useSidePanel } from "./side-panels.ts";

export function TopBar() {
  const tabs = documentStore((state) => state.tabs);
  const active = documentStore((state) => state.activeId);
  const canUndo = documentStore((state) => (activeTabOf(state)?.history.past.length ?? 0) > 0);
  const canRedo = documentStore((state) => (activeTabOf(state)?.history.future.length ?? 0) > 0);
  const isLibraryOpen = useSidePanel("libraryOpen");
  const isInspectorOpen = useSidePanel("inspectorOpen");
  return (
    <header className="rs-top-bar" data-region="top" aria-label={text.regions.top} tabIndex={-1}>
      <Tool command="view.library" icon={PanelLeft} isOn={isLibraryOpen} />
      <Tool command="file.templates" icon={LayoutTemplate} />
      <Tool command="file.open" icon={FolderOpen} />
      <Tool command="edit.undo" icon={Undo2} isOff={!canUndo} />
      <Tool command="edit.redo" icon={Redo2} isOff={!canRedo} />
      <nav
        className="rs-tabs"
        aria-label={text.tabs.list}
        onWheel={(event) => {
          event.currentTarget.scrollLeft += event.deltaX + event.deltaY;
        }}
      >
        {tabs.map((tab) => (
          <TabButton key={tab.id} tab={tab} isShown={tab.id === active} />
        ))}
      </nav>
      <Tool command="file.new" icon={Plus} />
      <span className="rs-spacer" />
      <RunControls />
      <TrainButton />
      <Tool command="view.inspector" icon={PanelRight} isOn={isInspectorOpen} />
    </header>
  );
}

/** As which a tab is dragged. */
const TAB_TYPE = "application/reneg-tab";

interface ToolProps {
  readonly command: CommandId;
  readonly icon: typeof Plus;
  readonly isOff?: boolean;
  /** Of what it shows and hides. */
  readonly isOn?: boolean;
}

function Tool({ command, icon, isOff = false, isOn }: ToolProps) {
  return (
    <IconButton
      icon={icon}
      label={text.commands[command]}
      keys={keysOf(command)}
      isOff={isOff}
      isPressed={isOn}
      onClick={() => runCommand(command)}
    />
  );
}

function TabButton({ tab, isShown }: { readonly tab: DocumentTab; readonly isShown: boolean }) {
  const changed = isChanged(tab);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isShown) ref.current?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [isShown]);
  return (
    <div
      ref={ref}
      className={isShown ? "rs-tab rs-is-shown" : "rs-tab"}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(TAB_TYPE, tab.id)}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(TAB_TYPE)) event.preventDefault();
      }}
      onDrop={(event) => {
        const dropped = event.dataTransfer.getData(TAB_TYPE);
        const { tabs } = documentStore.getState();
        if (dropped !== "") moveTab(dropped, tabs.indexOf(tab));
      }}
      // Else the middle button begins to scroll.
      onMouseDown={(event) => {
        if (event.button === 1) event.preventDefault();
      }}
      onAuxClick={(event) => {
        if (event.button === 1) close(tab.id);
      }}
    >
      <button
        type="button"
        className="rs-tab-name"
        title={tab.name}
        aria-current={isShown ? "page" : undefined}
        onClick={() => showTab(tab.id)}
      >
        <span className="rs-tab-text">{tab.name}</span>
        {changed ? <span className="rs-dot rs-dot-changed" role="img" aria-label={text.tabs.changed} /> : null}
      </button>
      <IconButton icon={X} label={text.tabs.close(tab.name)} size="small" onClick={() => close(tab.id)} />
    </div>
  );
}

/** Of the run that is at work, whatever else is shown. */
function RunControls() {
  const tab = useActiveTab();
  const job = runStore((state) => addressedJob(state, tab));
  const waiting = runStore(
    ({ jobs }) => jobs.filter(({ state, run }) => state === "queued" && run !== job?.run).length,
  );
  if (job === undefined) return null;
  return (
    <div className="rs-run-controls" role="group" aria-label={text.run.name(job.number)}>
      <button
        type="button"
        className="rs-status-button"
        title={text.run.show(job.number, job.name)}
        onClick={() => showRun(job.run)}
      >
        <strong>{text.run.name(job.number)}</strong> <JobProgress job={job} />
        {waiting === 0 ? null : <span className="rs-badge">{text.run.waiting(waiting)}</span>}
      </button>
      <RunButtons job={job} pauseKeys={keysOf("run.pause")} />
    </div>
  );
}

function TrainButton() {
  const hasTab = documentStore((state) => state.activeId !== null);
  const errors = checkStore(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === "error").length);
  return (
    <button
      type="button"
      className="rs-button rs-button-primary rs-train"
      disabled={!hasTab || errors > 0}
      title={errors > 0 ? text.run.hasErrors(errors) : keysOf("run.train")}
      onClick={() => runCommand("run.train")}
    >
      <Play size={14} aria-hidden /> {text.run.train}
    </button>
  );
}
