// A file or folder in the list.

import { File, Folder } from "lucide-react";
import { useEffect, useRef } from "react";
import type { FolderListing } from "../../../src-main/common/studio/document.ts";
import { text } from "../../text/text.ts";

const words = text.files;

type ListedEntry = FolderListing["entries"][number];

interface FileEntryProps {
  readonly entry: ListedEntry;
  readonly isSelected: boolean;
  readonly isFaint: boolean;
  readonly onChoose: () => void;
}

export function FileEntry({ entry: { name, isFolder, bytes }, isSelected, isFaint, onChoose }: FileEntryProps) {
  const Icon = isFolder ? Folder : File;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: "center" });
  }, [isSelected]);
  return (
    <li ref={row}>
      <button
        type="button"
        className={isFaint ? "rs-is-faint" : undefined}
        aria-current={isSelected ? "true" : undefined}
        onClick={onChoose}
      >
        <Icon size={15} aria-hidden />
        <span className="rs-file-name">{isFolder ? `${name}/` : name}</span>
        {isFolder ? null : <small className="rs-muted">{words.size(bytes)}</small>}
      </button>
    </li>
  );
}
