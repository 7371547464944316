// Messages in the corner. They are read out as they come, wait for whoever points at them, and errors stay until they are closed.

import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { dialogStack } from "../state/dialog-stack.ts";
import { dismissToast, type Toast, toastStore } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;
const SHOWN_MS = 6000;
/** Where there is something to decide. */
const OFFERED_MS = 12_000;

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
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
  return host === undefined ? region : createPortal(region, host);
}

function ToastCard({ toast: { id, tone, title, detail, action } }: { readonly toast: Toast }) {
  const Icon = ICONS[tone];
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (tone === "error" || isHeld) return undefined;
    const timer = setTimeout(() => dismissToast(id), action === undefined ? SHOWN_MS : OFFERED_MS);
    return () => clearTimeout(timer);
  }, [id, isHeld]);
  return (
    <div
      className={`rs-toast rs-toast-${tone}`}
      role={tone === "error" ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={16} aria-hidden />
      <div className="rs-toast-text">
        <strong>{title}</strong>
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
      <button type="button" className="rs-icon-button" aria-label={text.app.close} onClick={() => dismissToast(id)}>
        <X size={14} />
      </button>
    </div>
  );
}
