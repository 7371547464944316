// Where files may be: places of the machine, the newest workflows, and in a browser the user's own computer.

import { File, FolderOpen, Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { FolderListing } from "../../../src-main/common/studio/document.ts";
import { studio } from "../../api/studio.ts";
import { openUpload } from "../../files/documents.ts";
import type { FileRequest } from "../../state/shell-store.ts";
import { attempt } from "../../state/toast-store.ts";
import { text } from "../../text/text.ts";

const words = text.files;

interface PlacesProps {
  readonly listing: FolderListing | null;
  readonly request: FileRequest;
  readonly go: (path: string) => void;
  readonly close: () => void;
}

export function Places({ listing, request, go, close }: PlacesProps) {
  const [recent, setRecent] = useState<readonly { readonly path: string; readonly name: string }[]>([]);
  const isOpening = request.mode === "open";
  useEffect(() => {
    if (isOpening) attempt(async () => setRecent(await studio.recentDocuments({})));
  }, [isOpening]);
  return (
    <nav className="rs-file-places" aria-label={words.places}>
      {(listing?.places ?? []).map((place) => (
        <button key={place.path} type="button" className="rs-place" onClick={() => go(place.path)}>
          <FolderOpen size={14} aria-hidden /> {place.name}
        </button>
      ))}
      {isOpening ? <FromThisComputer close={close} /> : null}
      {recent.length === 0 ? null : <h3>{text.templates.recent}</h3>}
      {recent.slice(0, 8).map(({ path, name }) => (
        <button
          key={path}
          type="button"
          className="rs-place"
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
      <button type="button" className="rs-place" onClick={() => input.current?.click()}>
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
