// The folders that are searched for models.

import { X } from "lucide-react";
import { chooseFile } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";

const words = text.applying;

interface ModelFoldersProps {
  readonly folders: readonly string[];
  readonly onChange: (folders: readonly string[]) => void;
}

export function ModelFolders({ folders, onChange }: ModelFoldersProps) {
  return (
    <details className="rs-model-folders">
      <summary>{words.folders(folders.length)}</summary>
      <ul>
        {folders.map((folder) => (
          <li key={folder}>
            <span className="rs-path">{folder}</span>
            <IconButton
              icon={X}
              label={words.forgetFolder(folder)}
              size="small"
              onClick={() => onChange(folders.filter((each) => each !== folder))}
            />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="rs-button rs-button-small"
        onClick={() =>
          chooseFile({ mode: "folder", start: "", onChoose: (path) => onChange([...new Set([...folders, path])]) })
        }
      >
        {words.addFolder}
      </button>
    </details>
  );
}
