// What takes the place of files that a workflow names and that are not here: chosen by the user, all uses of one in one step.

import { allowPath } from "../../nodes/withheld-paths.ts";
import { nameOf as nameOfFile } from "../../nodes/workflow-paths.ts";
import type { MissingFile } from "../../src-main/common/studio/document.ts";
import { setParam } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { fieldsOf, nameOf, typeOf } from "../canvas/node-look.ts";
import { edit } from "../state/document-store.ts";
import { preferenceStore, setPreference } from "../state/preference-store.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

/** One path, however many nodes name it. */
export interface MissingThing {
  readonly path: string;
  readonly name: string;
  readonly hash: string | null;
  /** `folder`: a folder or a file. */
  readonly wanted: "file" | "folder";
  readonly uses: readonly { readonly node: string; readonly param: string }[];
  /** What these nodes are called. */
  readonly users: readonly string[];
}

export function groupMissing(missing: readonly MissingFile[], workflow: Workflow): MissingThing[] {
  return [...Map.groupBy(missing, ({ path }) => path)].map(([path, uses]) => ({
    path,
    name: nameOfFile(path),
    hash: uses.find(({ hash }) => hash !== null)?.hash ?? null,
    wanted: uses.some((use) => controlOf(workflow, use) === "folder") ? "folder" : "file",
    uses: uses.map(({ node, param }) => ({ node, param })),
    users: [
      ...new Set(
        uses.flatMap(({ node }) => (own(workflow.graph.nodes, node) === undefined ? [] : [nameOf(workflow, node)])),
      ),
    ],
  }));
}

function controlOf({ graph }: Workflow, { node, param }: MissingFile): string {
  const found = own(graph.nodes, node);
  const type = found && typeOf(found);
  // Of a type that is not known, nobody can tell: a folder can be a file as well.
  return (type && fieldsOf(type).find(({ name }) => name === param)?.control) ?? "folder";
}

/** @param chosen by the missing path */
export function replaceFiles(things: readonly MissingThing[], chosen: ReadonlyMap<string, string>): void {
  edit(text.edits.replaceFiles, (workflow) =>
    things.reduce((changed, { path, uses }) => {
      const found = chosen.get(path);
      if (found === undefined) return changed;
      return uses.reduce((next, { node, param }) => setParam(next, node, param, found), allowPath(changed, found));
    }, workflow),
  );
}

export function rememberReplacements(things: readonly MissingThing[], chosen: ReadonlyMap<string, string>): void {
  const fresh = things.flatMap((thing) => {
    const found = chosen.get(thing.path);
    return found === undefined ? [] : [[keyOf(thing), found] as const];
  });
  setPreference("replacements", { ...preferenceStore.getState().replacements, ...Object.fromEntries(fresh) });
}

/** The same name with other weights is another thing. */
function keyOf({ name, hash }: MissingThing): string {
  return hash === null ? name : `${name} ${hash}`;
}

/** Folders that are looked into. */
const MOST_FOLDERS = 20;

/** What was chosen for the same thing before, or lies under its name where such things were found: offered, never taken. */
export async function findSuggestions(
  things: readonly MissingThing[],
  workflowPath: string | null,
): Promise<ReadonlyMap<string, string>> {
  const { replacements } = preferenceStore.getState();
  if (things.length === 0) return new Map();
  const near = [...(workflowPath === null ? [] : [workflowPath]), ...Object.values(replacements)].map(folderOf);
  const folders = await Promise.all([...new Set(near)].slice(0, MOST_FOLDERS).map(namesIn));
  const there = new Set(folders.flatMap((entries) => [...entries.values()]));
  const suggestions = things.flatMap((thing) => {
    const before = own(replacements, keyOf(thing));
    const found =
      before !== undefined && there.has(before)
        ? before
        : folders.flatMap((entries) => entries.get(thing.name) ?? [])[0];
    return found === undefined || found === thing.path ? [] : [[thing.path, found] as const];
  });
  return new Map(suggestions);
}

/** A folder that is gone by now holds nothing. */
async function namesIn(path: string): Promise<ReadonlyMap<string, string>> {
  return studio.listFolder({ path }).then(
    ({ entries }) => new Map(entries.map((entry) => [entry.name, entry.path])),
    () => new Map(),
  );
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*[\\/]?$/, "") || "/";
}

/** As `inspect` calls the hash of what a pipeline draws with. */
const WEIGHTS = "UNet weights";

/** Says so if the workflow was made with other weights than those that were chosen. */
export async function warnOfOtherWeights({ name, hash }: MissingThing, path: string): Promise<void> {
  if (hash === null) return;
  const { facts } = await studio.inspect({ path });
  const found = facts.find((fact) => fact.name === WEIGHTS)?.value;
  if (found === undefined || found === hash) return;
  toast({ tone: "warning", title: text.missing.otherWeights(name), detail: text.missing.hashes(hash, found) });
}
