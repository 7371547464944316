// Messages in the middle of the status bar, where nothing else is. They are read out as they come, wait for whoever points at them,
// and go by themselves: errors and warnings can be read again in the panel of problems.

import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { keysOf } from "../commands/commands.ts";
import { dialogStack } from "../state/dialog-stack.ts";
import { dismissAllToasts, dismissToast, type Toast, toastStore } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { IconButton } from "./IconButton.tsx";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;
const SHOWN_MS = 6000;
/** Where there is something to decide, or more to read. */
const LONG_MS = 12_000;

/** Inside the topmost dialog, if one is open: nothing outside of it can be reached. */
export function Toasts() {
  const toasts = toastStore(({ toasts: shown }) => shown);
  const host = dialogStack(({ open }) => open.at(-1));
  const region = (
    <div
      className="rs-toasts"
      role="region"
      aria-label={text.regions.toasts}
      aria-live="polite"
      data-region={toasts.length > 0 ? "toasts" : undefined}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        dismissAllToasts();
      }}
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
  return host === undefined ? region : createPortal(region, host);
}

function ToastCard({ toast: { id, tone, title, detail, action, count } }: { readonly toast: Toast }) {
  const Icon = ICONS[tone];
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return undefined;
    const isLong = tone === "error" || tone === "warning" || action !== undefined;
    const timer = setTimeout(() => dismissToast(id), isLong ? LONG_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, count, isHeld]);
  return (
    <div
      className={`rs-toast rs-toast-${tone}`}
      role={tone === "error" ? "alert" : undefined}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={16} aria-hidden />
      <div className="rs-toast-text">
        <strong>
          {title}
          {count > 1 ? <span className="rs-toast-count">{text.messages.times(count)}</span> : null}
        </strong>
        {detail === undefined ? null : <p>{detail}</p>}
        {action === undefined ? null : (
          <button
            type="button"
            className="rs-link-button"
            onClick={() => {
              dismissToast(id);
              action.run();
            }}
          >
            {action.label}
          </button>
        )}
      </div>
      <IconButton
        icon={X}
        label={text.app.close}
        keys={keysOf("view.closeMessages")}
        size="small"
        onClick={() => dismissToast(id)}
      />
    </div>
  );
}
