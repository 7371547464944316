// Files and folders of the machine that the program runs on: gone through, searched, or named by their path.

import { useEffect, useState } from "react";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { FolderListing } from "../../src-main/common/studio/document.ts";
import { studio } from "../api/studio.ts";
import { preferenceStore, setPreference } from "../state/preference-store.ts";
import { type FileRequest, shellStore } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { FileEntry } from "./files/FileEntry.tsx";
import { FileFooter } from "./files/FileFooter.tsx";
import { joinPath } from "./files/join-path.ts";
import { PathField } from "./files/PathField.tsx";
import { Places } from "./files/Places.tsx";

const words = text.files;
const TITLES = { open: words.openTitle, save: words.saveTitle, folder: words.folderTitle, file: words.fileTitle };
/** What a workflow may be inside of. */
const OPENABLE = /\.(reneg\.json|json|png|safetensors|zip)$/i;

export function FileDialog({ request }: { readonly request: FileRequest }) {
  const [listing, setListing] = useState<FolderListing | null>(null);
  const [path, setPath] = useState("");
  const [name, setName] = useState(request.mode === "save" ? request.name : "");
  const [search, setSearch] = useState("");
  const [fault, setFault] = useState("");
  const close = (): void => shellStore.setState({ file: null });
  const show = (found: FolderListing): void => {
    setListing(found);
    setPath(found.path);
    setSearch("");
    setFault("");
  };
  const go = (to: string | null): void => attempt(async () => show(await studio.listFolder({ path: to })));
  const choose = (chosen: string): void => {
    if (listing !== null) setPreference("lastFolder", listing.path);
    close();
    request.onChoose(chosen);
  };
  const showFirst = (found: FolderListing): void => {
    setListing(found);
    // Who types at once is faster than a slow disk.
    setPath((typed) => (typed === "" ? found.path : typed));
  };
  useEffect(() => attempt(async () => showFirst(await startingFolder(startOf(request)))), []);
  /** A folder is shown; a file is what is wanted. */
  const goToPath = (): void =>
    attempt(async () => {
      try {
        const found = await studio.listFolder({ path });
        show(found);
        if (found.selected === null) return;
        if (request.mode === "save") setName(found.selected);
        else choose(joinPath(found, found.selected));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        setFault(error.diagnostics.map(({ message }) => message).join("; "));
      }
    });
  const entries = (listing?.entries ?? []).filter((entry) => entry.name.toLowerCase().includes(search.toLowerCase()));
  return (
    <Dialog title={TITLES[request.mode]} size="large" onClose={close}>
      <PathField
        path={path}
        fault={fault}
        listing={listing}
        isFirst={request.mode !== "save"}
        {...{ setPath, go, goToPath }}
      />
      <div className="rs-file-columns">
        <Places listing={listing} request={request} go={go} close={close} />
        <div className="rs-file-main">
          <input
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <ul className="rs-file-list" onKeyDown={moveFocus}>
            {entries.map((entry) => (
              <FileEntry
                key={entry.path}
                entry={entry}
                isSelected={entry.name === listing?.selected}
                isFaint={request.mode === "open" && !entry.isFolder && !OPENABLE.test(entry.name)}
                onChoose={() =>
                  entry.isFolder ? go(entry.path) : request.mode === "save" ? setName(entry.name) : choose(entry.path)
                }
              />
            ))}
          </ul>
          {listing !== null && entries.length === 0 ? <p className="rs-panel-empty">{words.empty}</p> : null}
        </div>
      </div>
      <FileFooter request={request} listing={listing} name={name} setName={setName} choose={choose} />
    </Dialog>
  );
}

/** Where the user is sent at first; where nothing is meant, to where the last file was chosen. */
function startOf(request: FileRequest): string {
  const start = request.mode === "open" ? "" : (request.start ?? "");
  return start === "" ? preferenceStore.getState().lastFolder : start;
}

/** A place that is gone by now is no fault of the user's: then the workflows are shown. */
async function startingFolder(start: string): Promise<FolderListing> {
  if (start === "") return studio.listFolder({ path: null });
  try {
    return await studio.listFolder({ path: start });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return studio.listFolder({ path: null });
  }
}

function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0) return;
  const rows = [...event.currentTarget.querySelectorAll("button")];
  const at = rows.findIndex((row) => row === document.activeElement);
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}
