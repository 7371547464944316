// Short messages at the foot of the window, and what a screen reader is told. They go by themselves; what went wrong is kept.

import { create } from "zustand";
import { type Diagnostic, Refusal } from "../../src-main/common/diagnostic.ts";
import { asSentence } from "../text/sentence.ts";

export interface Toast {
  readonly id: number;
  readonly tone: "info" | "error" | "warning" | "success";
  readonly title: string;
  readonly detail?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  /** How often it was told while it was shown. */
  readonly count: number;
}

export interface PastToast extends Toast {
  readonly at: Date;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  /** Errors and warnings that were shown, the latest first. */
  readonly past: readonly PastToast[];
}

const MOST = 3;
const MOST_PAST = 50;
let nextId = 0;

export const toastStore = create<ToastState>(() => ({ toasts: [], past: [] }));

/** One that is shown already is counted, and shown for as long again. */
export function toast(message: Omit<Toast, "id" | "count">): void {
  toastStore.setState(({ toasts, past }) => {
    const same = toasts.find((shown) => isSame(shown, message));
    const fresh: Toast = { ...message, id: same?.id ?? nextId++, count: (same?.count ?? 0) + 1 };
    const isKept = message.tone === "error" || message.tone === "warning";
    const others = past.filter(({ id }) => id !== fresh.id);
    return {
      toasts:
        same === undefined ? [...toasts, fresh].slice(-MOST) : toasts.map((each) => (each === same ? fresh : each)),
      past: isKept ? [{ ...fresh, at: new Date() }, ...others].slice(0, MOST_PAST) : past,
    };
  });
}

export function dismissToast(id: number): void {
  toastStore.setState(({ toasts }) => ({ toasts: toasts.filter((shown) => shown.id !== id) }));
}

export function dismissAllToasts(): void {
  toastStore.setState({ toasts: [] });
}

export function forgetPastToasts(): void {
  toastStore.setState({ past: [] });
}

function isSame(a: Omit<Toast, "id" | "count">, b: Omit<Toast, "id" | "count">): boolean {
  return a.tone === b.tone && a.title === b.title && a.detail === b.detail;
}

export function toastDiagnostic({ severity, message, help }: Diagnostic): void {
  toast({ tone: severity, title: asSentence(message), detail: help && asSentence(help) });
}

/** Shows why it failed. Anything that is not a Refusal is a fault of ours, and also goes to the console. */
export function toastFailure(fault: unknown): void {
  if (fault instanceof Refusal) {
    for (const diagnostic of fault.diagnostics.slice(0, MOST)) toastDiagnostic(diagnostic);
    return;
  }
  console.error(fault);
  toast({ tone: "error", title: fault instanceof Error ? fault.message : String(fault) });
}

/** For event handlers: runs the work and shows why it failed. */
export function attempt(work: () => Promise<unknown>): void {
  work().catch(toastFailure);
}
