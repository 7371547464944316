// A window over the page. The browser's own <dialog> holds the focus, answers Escape and covers the rest.

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { pushDialog } from "../state/dialog-stack.ts";
import { text } from "../text/text.ts";
import { IconButton } from "./IconButton.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly size?: "small" | "medium" | "large" | "wide" | "full";
  /** Without a heading that is seen. */
  readonly isBare?: boolean;
}

export function Dialog({ title, onClose, children, footer, size = "medium", isBare = false }: DialogProps) {
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
        event.preventDefault();
        onClose();
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
