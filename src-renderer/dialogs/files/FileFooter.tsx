// What ends the dialog where a click on a file does not: a folder is taken, or a name is saved under.

import type { FolderListing } from "../../../src-main/common/studio/document.ts";
import { type FileRequest, shellStore } from "../../state/shell-store.ts";
import { text } from "../../text/text.ts";
import { joinPath } from "./join-path.ts";

const words = text.files;

interface FileFooterProps {
  readonly request: FileRequest;
  readonly listing: FolderListing | null;
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly choose: (path: string) => void;
}

export function FileFooter({ request, listing, name, setName, choose }: FileFooterProps) {
  if (listing === null) return null;
  if (request.mode === "folder")
    return (
      <div className="rs-dialog-footer">
        <button type="button" className="rs-button rs-button-primary" onClick={() => choose(listing.path)}>
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
      className="rs-dialog-footer"
      onSubmit={(event) => {
        event.preventDefault();
        saveHere();
      }}
    >
      <input
        type="text"
        aria-label={words.name}
        value={name}
        ref={focusFirst}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="rs-button rs-button-primary" disabled={name === ""}>
        {words.save}
      </button>
    </form>
  );
}

/** It is there only once the folder is known, which is after the dialog has looked for what to focus. */
function focusFirst(name: HTMLInputElement | null): void {
  name?.select();
}
