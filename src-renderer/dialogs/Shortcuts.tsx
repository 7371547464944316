// All commands with their keys, which the user can change. Keys that belong to another command are refused.

import { useState } from "react";
import { type CommandId, commandOf, COMMANDS, defaultKeysOf, isFixed, keysOf } from "../commands/commands.ts";
import { keysOfEvent } from "../shell/use-shortcuts.ts";
import { preferenceStore, setPreference, usePreference } from "../state/preference-store.ts";
import { openDialog } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta"]);
const NAMES = text.commands.groups as Readonly<Record<string, string>>;

export function Shortcuts() {
  const own = usePreference("shortcuts");
  const [changed, setChanged] = useState<CommandId | null>(null);
  const [taken, setTaken] = useState<CommandId | null>(null);
  const press = (event: React.KeyboardEvent, id: CommandId): void => {
    if (changed !== id || MODIFIERS.has(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setChanged(null);
    const keys = event.key === "Backspace" ? "" : keysOfEvent(event.nativeEvent);
    const owner = commandOf(keys);
    if (owner !== undefined && owner !== id) return setTaken(owner);
    rebind(id, keys);
    setChanged(null);
    setTaken(null);
  };
  return (
    <Dialog
      title={text.shortcuts.title}
      size="large"
      onClose={() => openDialog(null)}
      footer={
        <button
          type="button"
          className="rs-button"
          disabled={Object.keys(own).length === 0}
          onClick={() => setPreference("shortcuts", {})}
        >
          {text.shortcuts.reset}
        </button>
      }
    >
      <p className="rs-muted">{text.shortcuts.hint}</p>
      <p className="rs-tone-error" role="alert">
        {taken === null ? "" : text.shortcuts.taken(text.commands[taken])}
      </p>
      <div className="rs-shortcuts">
        {[...Map.groupBy(COMMANDS, (id) => id.replace(/\..*/, ""))].map(([group, ids]) => (
          <section key={group}>
            <h3>{NAMES[group]}</h3>
            <ul>
              {ids.map((id) => (
                <li key={id}>
                  <span>{text.commands[id]}</span>
                  {isFixed(id) ? (
                    <span className="rs-shortcut" title={text.shortcuts.fixed}>
                      <kbd>{keysOf(id)}</kbd>
                    </span>
                  ) : (
                    <button
                      type="button"
                      className="rs-shortcut"
                      aria-label={`${text.shortcuts.change(text.commands[id])}: ${keysOf(id) || text.shortcuts.none}`}
                      aria-pressed={changed === id}
                      onClick={() => (setChanged(id), setTaken(null))}
                      onBlur={() => setChanged(null)}
                      onKeyDown={(event) => press(event, id)}
                    >
                      {changed === id ? text.shortcuts.press : <kbd>{keysOf(id) || text.shortcuts.none}</kbd>}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
        <Gestures />
      </div>
    </Dialog>
  );
}

/** Only what differs from the default is kept. */
function rebind(id: CommandId, keys: string): void {
  const { [id]: _, ...others } = preferenceStore.getState().shortcuts;
  setPreference("shortcuts", keys === defaultKeysOf(id) ? others : { ...others, [id]: keys });
}

function Gestures() {
  return (
    <section>
      <h3>{text.wires.gestures.title}</h3>
      <ul>
        {text.wires.gestures.list.map(([gesture, meaning]) => (
          <li key={gesture} className="rs-gesture">
            <strong>{gesture}</strong>
            <span className="rs-muted">{meaning}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
