import { expect, it } from "vitest";
import { jobIn } from "../../src-main/common/testing/job-in.ts";
import { pageMarkOf } from "./page-mark.ts";

it("while a run is at work the title begins with how far it is, and names the run", () => {
  const { title, progress } = pageMarkOf(jobIn("running", { step: 30, total: 120 }), undefined);
  expect(title).toMatch(/^25 %.*Run 12/);
  expect(progress).toBe(0.25);
});

it("afterwards the title says how it ended, until the page is looked at", () => {
  expect(pageMarkOf(undefined, jobIn("done")).title).toMatch(/^✓ Run 12/);
  expect(pageMarkOf(undefined, jobIn("failed")).title).toMatch(/^✗ Run 12/);
  expect(pageMarkOf(undefined, undefined)).toEqual({ title: "ReNeg Studio", progress: null });
});
