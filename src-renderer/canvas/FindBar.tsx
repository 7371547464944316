// Finds nodes of the workflow that is shown: what is typed brings the first into view, and keys go from one to the next.

import { ChevronDown, ChevronUp, X } from "lucide-react";
import { findNodes } from "../commands/find-nodes.ts";
import { closeFind, stepFind, typeFind } from "../commands/find.ts";
import { useWorkflow } from "../state/document-store.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { focusCanvas } from "./canvas-handle.ts";

export function FindBar() {
  const find = shellStore((state) => state.find);
  const found = useWorkflow((workflow) => workflow);
  if (find === null || found === undefined) return null;
  const list = findNodes(found, find.query);
  const at = Math.min(find.at, list.length - 1);
  const where = list[at]?.where ?? "";
  const close = (): void => {
    closeFind();
    focusCanvas();
  };
  return (
    <div
      className="rs-find"
      role="search"
      aria-label={text.find.title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <input
        type="text"
        value={find.query}
        autoFocus
        aria-label={text.find.title}
        placeholder={text.find.placeholder}
        onFocus={(event) => event.target.select()}
        onChange={(event) => typeFind(event.target.value)}
        onKeyDown={(event) => {
          const by = event.key === "Enter" || event.key === "F3" ? (event.shiftKey ? -1 : 1) : 0;
          if (by === 0) return;
          stepFind(by);
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span className="rs-find-count rs-muted" role="status" title={where}>
        {find.query.trim() === "" ? "" : text.find.count(at + 1, list.length)}
        {where === "" ? "" : ` · ${where}`}
      </span>
      <IconButton
        icon={ChevronUp}
        label={text.find.previous}
        keys={text.keys.shiftEnter}
        isOff={list.length === 0}
        onClick={() => stepFind(-1)}
      />
      <IconButton
        icon={ChevronDown}
        label={text.find.next}
        keys={text.keys.enter}
        isOff={list.length === 0}
        onClick={() => stepFind(1)}
      />
      <IconButton icon={X} label={text.app.close} keys={text.keys.escape} onClick={close} />
    </div>
  );
}
