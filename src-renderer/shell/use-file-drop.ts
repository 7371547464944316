// Files dropped anywhere on the window open as workflows.

import { useEffect, useState } from "react";
import { openUpload } from "../files/documents.ts";
import { attempt } from "../state/toast-store.ts";

export function useFileDrop(): boolean {
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      const types = event.dataTransfer?.types ?? [];
      if (types.includes("Files")) event.preventDefault();
      setDropping(types.includes("Files"));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent): void => {
      setDropping(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) event.preventDefault();
      for (const file of files) attempt(() => openUpload(file));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return isDropping;
}
