// What is wrong with the document that is shown: at once by its structure, and soon after by the files that it names.

import { create } from "zustand";
import { compileWorkflow } from "../../nodes/compile-workflow.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { withheldFaults } from "../../nodes/withheld-paths.ts";
import { withheldList } from "../../nodes/workflow-paths.ts";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { MissingFile } from "../../src-main/common/studio/document.ts";
import { NO_FACTS } from "../../src-main/common/workflow-node-type.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { programFunctions } from "../../src-main/program/functions/index.ts";
import { studio } from "../api/studio.ts";
import { text } from "../text/text.ts";
import { onEveryConnection } from "./connection-store.ts";
import { activeTabOf, documentStore, type DocumentTab } from "./document-store.ts";
import { openDialog } from "./shell-store.ts";
import { toast } from "./toast-store.ts";

interface CheckState {
  readonly tab: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly byNode: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly missing: readonly MissingFile[];
  /** Whether the files were looked at too. */
  readonly isComplete: boolean;
}

const NONE: readonly Diagnostic[] = [];
const LOCAL_WAIT_MS = 30;
const FACTS_WAIT_MS = 350;

export const checkStore = create<CheckState>(() => ({
  tab: null,
  diagnostics: NONE,
  byNode: new Map(),
  missing: [],
  isComplete: false,
}));

let checked: Workflow["graph"] | null = null;
let checkedWithout: readonly string[] | undefined;
let localTimer: ReturnType<typeof setTimeout> | undefined;
let factsTimer: ReturnType<typeof setTimeout> | undefined;
let asking = new AbortController();

export function watchDocuments(): void {
  documentStore.subscribe((state) => schedule(activeTabOf(state)));
  onEveryConnection(() => {
    checked = null;
    schedule(activeTabOf(documentStore.getState()));
  });
}

export function useNodeDiagnostics(node: string): readonly Diagnostic[] {
  return checkStore(({ byNode }) => byNode.get(node) ?? NONE);
}

function schedule(tab: DocumentTab | undefined): void {
  const graph = tab?.history.present.graph ?? null;
  const isOther = checkStore.getState().tab !== (tab?.id ?? null);
  const withheld = tab && withheldList(tab.history.present);
  if (graph === checked && withheld === checkedWithout && !isOther) return;
  checked = graph;
  checkedWithout = withheld;
  clearTimeout(localTimer);
  clearTimeout(factsTimer);
  asking.abort();
  if (tab === undefined) return show(null, NONE, [], true);
  const { present } = tab.history;
  if (isOther) show(tab.id, NONE, [], false);
  localTimer = setTimeout(
    () =>
      show(
        tab.id,
        [
          ...tab.notices,
          ...compileWorkflow(present, NO_FACTS, nodeTypes, programFunctions).diagnostics,
          ...withheldFaults(present),
        ],
        null,
        false,
      ),
    LOCAL_WAIT_MS,
  );
  asking = new AbortController();
  const { signal } = asking;
  factsTimer = setTimeout(() => {
    studio.check({ workflow: present, path: tab.path }, { signal }).then(
      ({ diagnostics, missing }) => {
        if (signal.aborted) return;
        show(tab.id, [...tab.notices, ...diagnostics], missing, true);
        if (missing.length > 0) tellMissing(tab.id, missing.length);
      },
      // Without the program, what the structure tells stays; it is asked again when it answers.
      () => undefined,
    );
  }, FACTS_WAIT_MS);
}

const told = new Set<string>();

/** Once a tab: it opens all the same. */
function tellMissing(tab: string, count: number): void {
  if (told.has(tab)) return;
  told.add(tab);
  toast({
    tone: "warning",
    title: text.missing.opened(count),
    action: { label: text.missing.find, run: () => openDialog("missing") },
  });
}

function show(
  tab: string | null,
  diagnostics: readonly Diagnostic[],
  missing: readonly MissingFile[] | null,
  isComplete: boolean,
): void {
  checkStore.setState((before) => ({
    tab,
    diagnostics,
    byNode: byNodeOf(diagnostics, before.byNode),
    missing: missing ?? before.missing,
    isComplete,
  }));
}

/** A node of which the same is told as before keeps its list: only what changed is drawn again. */
function byNodeOf(diagnostics: readonly Diagnostic[], before: CheckState["byNode"]): CheckState["byNode"] {
  const told = Map.groupBy(
    diagnostics.filter(({ at }) => at.node !== undefined),
    ({ at }) => at.node ?? "",
  );
  const lists = [...told].map(([node, list]) => {
    const old = before.get(node);
    return [node, old !== undefined && JSON.stringify(old) === JSON.stringify(list) ? old : list] as const;
  });
  return new Map(lists);
}
