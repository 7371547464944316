// Opening and saving workflows. A file that another program changed is never overwritten without asking.

import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { OpenedDocument } from "../../src-main/common/studio/document.ts";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import { studio } from "../api/studio.ts";
import { upload } from "../api/upload.ts";
import {
  activeTab,
  addTab,
  closeTab,
  documentStore,
  EMPTY_WORKFLOW,
  findTab,
  isChanged,
  sealHistory,
  showTab,
  updateTab,
} from "../state/document-store.ts";
import { stateOf } from "../state/history.ts";
import { askUser, chooseFile } from "../state/shell-store.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { askToLook } from "./withheld-paths.ts";

const ENDING = ".reneg.json";
/** As `saveDocument` calls a file that is not what it was. */
const CHANGED_ON_DISK = "document-changed";

export function newDocument(): void {
  const names = new Set(documentStore.getState().tabs.map(({ name }) => name));
  let name = text.app.untitled;
  for (let i = 2; names.has(name); i++) name = `${text.app.untitled} ${i}`;
  addTab({ name, workflow: EMPTY_WORKFLOW });
}

export async function openPath(path: string): Promise<void> {
  const open = documentStore.getState().tabs.find((tab) => tab.path === path);
  if (open !== undefined) {
    showTab(open.id);
    return toast({ tone: "info", title: text.files.alreadyOpen(open.name) });
  }
  showOpened(path.endsWith(ENDING) ? await studio.openDocument({ path }) : await studio.importDocument({ path }));
}

/** A workflow file, a preview picture, a learned embedding or a bundle from the user's own machine. */
export async function openUpload(file: File): Promise<void> {
  showOpened(await studio.importDocument({ path: await upload(file) }));
}

export function showOpened({ path, name, workflow, diagnostics, version }: OpenedDocument): void {
  const opened = readWorkflow(workflow, name);
  const said = new Set(diagnostics.map(({ code }) => code));
  const notices = [...diagnostics, ...opened.diagnostics.filter(({ code }) => !said.has(code))].filter(
    ({ at }) => at.node === undefined,
  );
  addTab({ name, path, version, workflow: opened.workflow, notices, saved: path === null ? null : 0 });
  askToLook();
}

export function save(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  if (tab.path === null) return saveAs();
  attempt(() => write(tab.id, tab.path ?? "", tab.version));
}

export function saveAs(after?: () => void): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const name = tab.name.endsWith(ENDING) ? tab.name : `${tab.name}${ENDING}`;
  chooseFile({
    mode: "save",
    name,
    start: tab.path,
    onChoose: (path) =>
      attempt(async () => {
        await write(tab.id, path.endsWith(ENDING) ? path : `${path}${ENDING}`, null);
        after?.();
      }),
  });
}

async function write(id: string, path: string, version: string | null): Promise<void> {
  sealHistory();
  const tab = findTab(id);
  if (tab === undefined) return;
  const state = stateOf(tab.history);
  const name = path.replace(/^.*[/\\]/, "").replace(ENDING, "");
  updateTab(id, () => ({ isSaving: true }));
  try {
    const saved = await studio.saveDocument({ path, workflow: tab.history.present, version });
    updateTab(id, () => ({ path, name, version: saved.version, saved: state }));
  } catch (fault) {
    if (!(fault instanceof Refusal) || !fault.diagnostics.some(({ code }) => code === CHANGED_ON_DISK)) throw fault;
    askUser({
      title: text.files.changedTitle,
      text: text.files.changedText(name),
      answers: [
        { label: text.files.overwrite, tone: "danger", run: () => attempt(() => write(id, path, null)) },
        { label: text.files.reload, run: () => attempt(async () => showOpened(await studio.openDocument({ path }))) },
        { label: text.files.saveElsewhere, tone: "primary", run: () => saveAs() },
      ],
    });
  } finally {
    updateTab(id, () => ({ isSaving: false }));
  }
}

export function chooseAndOpen(): void {
  chooseFile({ mode: "open", onChoose: (path) => attempt(() => openPath(path)) });
}

/** Asks before anything that is in no file is gone. */
export function close(id: string): void {
  const tab = findTab(id);
  if (tab === undefined) return;
  if (!isChanged(tab) || tab.history.past.length === 0) return closeTab(id);
  askUser({
    title: text.tabs.closeTitle(tab.name),
    text: text.tabs.closeText,
    answers: [
      { label: text.tabs.discard, tone: "danger", run: () => closeTab(id) },
      {
        label: text.tabs.save,
        tone: "primary",
        run: () => {
          showTab(id);
          if (tab.path === null) return saveAs(() => closeTab(id));
          attempt(async () => {
            await write(id, tab.path ?? "", tab.version);
            const now = findTab(id);
            if (now !== undefined && !isChanged(now)) closeTab(id);
          });
        },
      },
    ],
  });
}
