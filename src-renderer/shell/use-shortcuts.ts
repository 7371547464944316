// Keys to commands. A field that is being typed in, and a dialog, keep their keys.

import { useEffect } from "react";
import { own } from "../../src-main/common/workflow.ts";
import { fieldsOf, typeOf } from "../canvas/node-look.ts";
import { isEditing } from "../commands/clipboard.ts";
import { type CommandId, commandOf, isFixed, runCommand } from "../commands/commands.ts";
import { present, selected } from "../commands/node-edits.ts";
import { isCovered, shellStore } from "../state/shell-store.ts";

export function useShortcuts(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isCovered()) return;
      const keys = keysOfEvent(event);
      const onControl =
        event.target instanceof HTMLElement &&
        event.target.matches("button, a, [role=tab], [role=separator], input, select, textarea");
      const isAtCanvas =
        event.target === document.body ||
        (event.target instanceof Element && event.target.closest('[data-region="canvas"]') !== null);
      // Tab, Enter and arrows belong to whatever control or region has the focus; else nobody gets into a region by Tab.
      if ((onControl || !isAtCanvas) && /^(Shift\+)?(Tab|Enter|Arrow\w+)$/.test(keys)) return;
      if (isEditing(event.target) && !/^(Mod\+(Shift\+)?[SOKJBIF]|F6|Shift\+F6|Mod\+Enter)$/.test(keys)) return;
      const command = commandOfFresh(keys) ?? commandOf(keys) ?? (keys === "Backspace" ? "edit.delete" : undefined);
      if (command === undefined || isFixed(command)) return;
      event.preventDefault();
      runCommand(command);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

/** A node that was added just now is filled in next: Tab leads to its first parameter. */
function commandOfFresh(keys: string): CommandId | undefined {
  const { freshNode } = shellStore.getState();
  const { nodes } = selected();
  return keys === "Tab" && freshNode !== null && nodes.length === 1 && nodes[0] === freshNode && hasParams(freshNode)
    ? "nodes.edit"
    : undefined;
}

function hasParams(id: string): boolean {
  const node = own(present()?.graph.nodes ?? {}, id);
  const type = node && typeOf(node);
  return type !== undefined && fieldsOf(type).length > 0;
}

/** `Mod+Shift+Z`; Mod is Ctrl, or Cmd on a Mac. */
export function keysOfEvent({ key, ctrlKey, metaKey, shiftKey, altKey, code }: KeyboardEvent): string {
  const isLetter = /^[a-z]$/i.test(key);
  const isNamed = key.length > 1;
  const name = altKey && code.startsWith("Key") ? code.slice(3) : isLetter ? key.toUpperCase() : key;
  const parts = [
    ctrlKey || metaKey ? "Mod" : "",
    altKey ? "Alt" : "",
    shiftKey && (isLetter || isNamed) ? "Shift" : "",
    name,
  ];
  return parts.filter((part) => part !== "").join("+");
}
