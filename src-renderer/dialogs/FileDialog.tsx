// Files and folders of the machine that the program runs on: gone through, searched, or named by their path.

import { CornerLeftUp, File, Folder, FolderOpen, Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { FolderListing } from "../../src-main/common/studio/document.ts";
import { studio } from "../api/studio.ts";
import { openUpload } from "../files/documents.ts";
import { preferenceStore, setPreference } from "../state/preference-store.ts";
import { type FileRequest, shellStore } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";

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
  useEffect(() => attempt(async () => show(await startingFolder(startOf(request)))), []);
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
      <div className="file-columns">
        <Places listing={listing} request={request} go={go} close={close} />
        <div className="file-main">
          <input
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <ul className="file-list" onKeyDown={moveFocus}>
            {entries.map((entry) => (
              <Entry
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
          {listing !== null && entries.length === 0 ? <p className="panel-empty">{words.empty}</p> : null}
        </div>
      </div>
      <Footer request={request} listing={listing} name={name} setName={setName} choose={choose} />
    </Dialog>
  );
}

interface PathFieldProps {
  readonly path: string;
  readonly fault: string;
  readonly listing: FolderListing | null;
  /** Whether it has the focus at first. */
  readonly isFirst: boolean;
  readonly setPath: (path: string) => void;
  readonly go: (path: string | null) => void;
  readonly goToPath: () => void;
}

function PathField({ path, fault, listing, isFirst, setPath, go, goToPath }: PathFieldProps) {
  return (
    <>
      <form
        className="file-path"
        onSubmit={(event) => {
          event.preventDefault();
          goToPath();
        }}
      >
        <button
          type="button"
          className="icon-button"
          aria-label={words.up}
          title={words.up}
          disabled={listing === null || listing.parent === null}
          onClick={() => go(listing?.parent ?? null)}
        >
          <CornerLeftUp size={16} />
        </button>
        <input
          type="text"
          aria-label={words.path}
          aria-invalid={fault !== ""}
          spellCheck={false}
          value={path}
          data-autofocus={isFirst ? true : undefined}
          onChange={(event) => setPath(event.target.value)}
        />
        <button type="submit" className="button">
          {words.go}
        </button>
      </form>
      <p className="tone-error" role="alert">
        {fault}
      </p>
    </>
  );
}

type ListedEntry = FolderListing["entries"][number];

interface EntryProps {
  readonly entry: ListedEntry;
  readonly isSelected: boolean;
  readonly isFaint: boolean;
  readonly onChoose: () => void;
}

function Entry({ entry: { name, isFolder, bytes }, isSelected, isFaint, onChoose }: EntryProps) {
  const Icon = isFolder ? Folder : File;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: "center" });
  }, [isSelected]);
  return (
    <li ref={row}>
      <button
        type="button"
        className={isFaint ? "is-faint" : undefined}
        aria-current={isSelected ? "true" : undefined}
        onClick={onChoose}
      >
        <Icon size={15} aria-hidden />
        <span className="file-name">{isFolder ? `${name}/` : name}</span>
        {isFolder ? null : <small className="muted">{words.size(bytes)}</small>}
      </button>
    </li>
  );
}

interface PlacesProps {
  readonly listing: FolderListing | null;
  readonly request: FileRequest;
  readonly go: (path: string) => void;
  readonly close: () => void;
}

function Places({ listing, request, go, close }: PlacesProps) {
  const [recent, setRecent] = useState<readonly { readonly path: string; readonly name: string }[]>([]);
  const isOpening = request.mode === "open";
  useEffect(() => {
    if (isOpening) attempt(async () => setRecent(await studio.recentDocuments({})));
  }, [isOpening]);
  return (
    <nav className="file-places" aria-label={words.places}>
      {(listing?.places ?? []).map((place) => (
        <button key={place.path} type="button" className="place" onClick={() => go(place.path)}>
          <FolderOpen size={14} aria-hidden /> {place.name}
        </button>
      ))}
      {isOpening ? <FromThisComputer close={close} /> : null}
      {recent.length === 0 ? null : <h3>{text.templates.recent}</h3>}
      {recent.slice(0, 8).map(({ path, name }) => (
        <button
          key={path}
          type="button"
          className="place"
          title={path}
          onClick={() => (close(), request.onChoose(path))}
        >
          <File size={14} aria-hidden /> {name}
        </button>
      ))}
    </nav>
  );
}

/** In a browser the files of the machine that the program runs on may be far away from those of the user. */
function FromThisComputer({ close }: { readonly close: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  if (window.studioShell !== undefined) return null;
  return (
    <>
      <button type="button" className="place" onClick={() => input.current?.click()}>
        <Upload size={14} aria-hidden /> {words.upload}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".json,.png,.safetensors,.zip"
        onChange={(event) => {
          close();
          for (const file of event.target.files ?? []) attempt(() => openUpload(file));
        }}
      />
    </>
  );
}

interface FooterProps {
  readonly request: FileRequest;
  readonly listing: FolderListing | null;
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly choose: (path: string) => void;
}

function Footer({ request, listing, name, setName, choose }: FooterProps) {
  if (listing === null) return null;
  if (request.mode === "folder")
    return (
      <div className="dialog-footer">
        <button type="button" className="button button-primary" onClick={() => choose(listing.path)}>
          {words.chooseThis}
        </button>
      </div>
    );
  if (request.mode !== "save") return null;
  const saveHere = (): void => {
    const path = joinPath(listing, name);
    if (!listing.entries.some((entry) => entry.name === name)) return choose(path);
    shellStore.setState({
      question: {
        title: words.exists(name),
        text: words.existsText,
        answers: [{ label: words.replace, tone: "danger", run: () => choose(path) }],
      },
    });
  };
  return (
    <form
      className="dialog-footer"
      onSubmit={(event) => {
        event.preventDefault();
        saveHere();
      }}
    >
      <input
        type="text"
        aria-label={words.name}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button button-primary" disabled={name === ""}>
        {words.save}
      </button>
    </form>
  );
}

function joinPath({ path }: FolderListing, name: string): string {
  const separator = path.includes("\\") ? "\\" : "/";
  return path.endsWith(separator) ? path + name : path + separator + name;
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
