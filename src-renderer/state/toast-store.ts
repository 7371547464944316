// Short messages at the edge of the window, and what a screen reader is told.

import { create } from "zustand";
import { type Diagnostic, Refusal } from "../../src-main/common/diagnostic.ts";
import { asSentence } from "../text/sentence.ts";

export interface Toast {
  readonly id: number;
  readonly tone: "info" | "error" | "warning" | "success";
  readonly title: string;
  readonly detail?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

interface ToastState {
  readonly toasts: readonly Toast[];
}

const MOST = 4;
let nextId = 0;

export const toastStore = create<ToastState>(() => ({ toasts: [] }));

export function toast(message: Omit<Toast, "id">): void {
  const id = nextId++;
  toastStore.setState(({ toasts }) => ({ toasts: [...toasts, { ...message, id }].slice(-MOST) }));
}

export function dismissToast(id: number): void {
  toastStore.setState(({ toasts }) => ({ toasts: toasts.filter((shown) => shown.id !== id) }));
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
