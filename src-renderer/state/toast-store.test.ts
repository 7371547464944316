import { beforeEach, expect, test } from "vitest";
import { dismissAllToasts, dismissToast, toast, toastStore } from "./toast-store.ts";

beforeEach(() => toastStore.setState({ toasts: [], past: [] }));

const titles = (): string[] => toastStore.getState().toasts.map(({ title }) => title);

test("the same message is counted, not shown twice", () => {
  toast({ tone: "error", title: "It failed." });
  toast({ tone: "error", title: "It failed." });
  expect(toastStore.getState().toasts).toMatchObject([{ title: "It failed.", count: 2 }]);
  expect(toastStore.getState().past).toMatchObject([{ title: "It failed.", count: 2 }]);
});

test("at most three are shown, the latest last", () => {
  for (const title of ["a", "b", "c", "d"]) toast({ tone: "info", title });
  expect(titles()).toEqual(["b", "c", "d"]);
});

test("what went wrong can be read after it went from sight, and what went well cannot", () => {
  toast({ tone: "warning", title: "Careful." });
  toast({ tone: "success", title: "Done." });
  dismissToast(toastStore.getState().toasts[0]?.id ?? -1);
  dismissAllToasts();
  expect(titles()).toEqual([]);
  expect(toastStore.getState().past.map(({ title }) => title)).toEqual(["Careful."]);
});

test("a message that is told again after it went is another one", () => {
  toast({ tone: "error", title: "It failed." });
  dismissAllToasts();
  toast({ tone: "error", title: "It failed." });
  expect(toastStore.getState().toasts).toMatchObject([{ count: 1 }]);
  expect(toastStore.getState().past).toHaveLength(2);
});
