// A window over the page. The browser's own <dialog> holds the focus, answers Escape and covers the rest. Enter in a field, and Ctrl+Enter
// anywhere, presses its primary button.

import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { pushDialog } from "../state/dialog-stack.ts";
import { text } from "../text/text.ts";
import { IconButton } from "./IconButton.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly size?: "small" | "medium" | "large" | "wide" | "full";
  /** Takes keys before the dialog does, wherever in it the focus is. */
  readonly onKey?: (event: KeyboardEvent<HTMLDialogElement>) => void;
  /** Without a heading that is seen. */
  readonly isBare?: boolean;
}

export function Dialog({ title, onClose, children, footer, size = "medium", onKey, isBare = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return undefined;
    const before = document.activeElement;
    dialog.showModal();
    // Else the browser takes the first button, which closes.
    dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    const takeOff = pushDialog(dialog);
    return () => {
      takeOff();
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`rs-dialog rs-dialog-${size}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // A choice of files in it that is given up tells of that by the same name.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      // A browser asks once, and at the next Escape closes it by itself.
      onClose={({ target, currentTarget }) => {
        if (target === currentTarget && !currentTarget.open) onClose();
      }}
      onKeyDown={(event) => {
        onKey?.(event);
        pressPrimary(event);
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="rs-dialog-body">
        <header className={isBare ? "rs-hidden-visually" : "rs-dialog-header"}>
          <h2 id={titleId}>{title}</h2>
          {isBare ? null : <IconButton icon={X} label={text.app.close} keys={text.keys.escape} onClick={onClose} />}
        </header>
        {children}
        {footer === undefined ? null : <footer className="rs-dialog-footer">{footer}</footer>}
      </div>
    </dialog>
  );
}

function pressPrimary(event: KeyboardEvent<HTMLDialogElement>): void {
  const { target, currentTarget, key, ctrlKey, metaKey, nativeEvent } = event;
  if (key !== "Enter" || event.isDefaultPrevented() || nativeEvent.isComposing || event.repeat) return;
  // Dialogs over this one, which are inside of it, have buttons of their own.
  if (!(target instanceof HTMLElement) || target.closest("dialog") !== currentTarget) return;
  if (!ctrlKey && !metaKey && !isPlainField(target)) return;
  const button = currentTarget.querySelector<HTMLButtonElement>(".rs-dialog-footer .rs-button-primary");
  if (button?.closest("dialog") !== currentTarget || button.disabled) return;
  event.preventDefault();
  button.click();
}

/** A line that is typed in. Fields of a form have its own button, and a search goes to what it finds. */
function isPlainField(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.form === null && /^(text|number)$/.test(target.type);
}
