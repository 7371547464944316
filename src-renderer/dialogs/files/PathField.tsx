// The folder that is shown, by its path: typed, or one up.

import { CornerLeftUp } from "lucide-react";
import type { FolderListing } from "../../../src-main/common/studio/document.ts";
import { text } from "../../text/text.ts";
import { IconButton } from "../../ui/IconButton.tsx";

const words = text.files;

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

export function PathField({ path, fault, listing, isFirst, setPath, go, goToPath }: PathFieldProps) {
  return (
    <>
      <form
        className="rs-file-path"
        onSubmit={(event) => {
          event.preventDefault();
          goToPath();
        }}
      >
        <IconButton
          icon={CornerLeftUp}
          label={words.up}
          isOff={listing === null || listing.parent === null}
          onClick={() => go(listing?.parent ?? null)}
        />
        <input
          type="text"
          aria-label={words.path}
          aria-invalid={fault !== ""}
          spellCheck={false}
          value={path}
          data-autofocus={isFirst ? true : undefined}
          onChange={(event) => setPath(event.target.value)}
        />
        <button type="submit" className="rs-button">
          {words.go}
        </button>
      </form>
      <p className="rs-tone-error" role="alert">
        {fault}
      </p>
    </>
  );
}
