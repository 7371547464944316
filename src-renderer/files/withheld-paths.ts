// The question whether the program may look where a workflow from elsewhere leads. Agreeing is a step of the history, and counts for that
// workflow alone.

import { allowFolders, folderOfPath, withheldPaths } from "../../nodes/withheld-paths.ts";
import { withheldList } from "../../nodes/workflow-paths.ts";
import { activeTab, edit, showTab } from "../state/document-store.ts";
import { askUser } from "../state/shell-store.ts";
import { text } from "../text/text.ts";

const words = text.choosing.withheld;
/** Nobody reads more before answering; Problems lists them all. */
const MOST_SHOWN = 8;

/** Of the workflow that is shown; nothing where nothing of it is withheld. */
export function askToLook(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const paths = [...new Set(withheldPaths(tab.history.present).map(({ path }) => path))];
  if (paths.length === 0) return;
  const folders = [...new Set(paths.map(folderOfPath))];
  const left = paths.length - MOST_SHOWN;
  askUser({
    title: words.title(paths.length),
    text: words.text,
    items: [...paths.slice(0, MOST_SHOWN), ...(left > 0 ? [text.problems.more(left)] : [])],
    cancel: words.later,
    answers: [
      {
        label: words.allow(folders.length),
        tone: "primary",
        run() {
          // Another one may have been dropped meanwhile.
          showTab(tab.id);
          allowToLook(folders);
        },
      },
    ],
  });
}

export function allowToLook(folders: readonly string[]): void {
  edit(words.edit(folders), (workflow) => allowFolders(workflow, folders));
}

/** Where a file dialog begins for a parameter: at what it holds, unless nobody has agreed to look there. */
export function dialogStart(value: unknown): string {
  const tab = activeTab();
  if (typeof value !== "string" || tab === undefined) return "";
  return withheldList(tab.history.present).includes(value) ? "" : value;
}
