// Messages in the corner. They are read out as they come; errors stay until they are closed.

import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { dismissToast, type Toast, toastStore } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;

export function Toasts() {
  const toasts = toastStore(({ toasts: shown }) => shown);
  return (
    <div className="toasts" role="region" aria-label={text.regions.toasts} aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, tone, title, detail, action } }: { readonly toast: Toast }) {
  const Icon = ICONS[tone];
  return (
    <div className={`toast toast-${tone}`} role={tone === "error" ? "alert" : "status"}>
      <Icon size={16} aria-hidden />
      <div className="toast-text">
        <strong>{title}</strong>
        {detail === undefined ? null : <p>{detail}</p>}
        {action === undefined ? null : (
          <button
            type="button"
            className="link-button"
            onClick={() => {
              dismissToast(id);
              action.run();
            }}
          >
            {action.label}
          </button>
        )}
      </div>
      <button type="button" className="icon-button" aria-label={text.app.close} onClick={() => dismissToast(id)}>
        <X size={14} />
      </button>
    </div>
  );
}
