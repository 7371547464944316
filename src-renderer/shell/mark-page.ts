// Keeps the title and the icon of the browser's tab at what the runs do, also while nobody looks.

import { endedSince } from "../../src-main/common/studio/job-endings.ts";
import { type Job, workingJob } from "../../src-main/common/studio/job.ts";
import { runStore } from "../state/run-store.ts";
import { pageMarkOf } from "./page-mark.ts";

const SIZE = 32;
const RING = 5;

export function markPage(): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const usual = icon?.href ?? "";
  let ended: Job | undefined;
  let drawn: number | null = null;
  const mark = (): void => {
    const { title, progress } = pageMarkOf(workingJob(runStore.getState().jobs), ended);
    if (document.title !== title) document.title = title;
    const percent = progress === null ? null : Math.floor(100 * progress);
    if (icon === null || percent === drawn) return;
    drawn = percent;
    icon.href = progress === null ? usual : drawRing(progress);
  };
  runStore.subscribe(({ jobs }, before) => {
    if (jobs === before.jobs) return;
    if (!document.hasFocus()) ended = endedSince(before.jobs, jobs).at(-1) ?? ended;
    mark();
  });
  window.addEventListener("focus", () => {
    ended = undefined;
    mark();
  });
}

/** A ring that closes as the run goes on. */
function drawRing(progress: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  const context = canvas.getContext("2d");
  if (context === null) return "";
  const { color, accentColor } = ringColours();
  const arc = (share: number, colour: string): void => {
    context.beginPath();
    context.strokeStyle = colour;
    context.lineWidth = RING;
    context.arc(SIZE / 2, SIZE / 2, (SIZE - RING) / 2, -Math.PI / 2, (2 * share - 0.5) * Math.PI);
    context.stroke();
  };
  arc(1, color);
  arc(progress, accentColor);
  return canvas.toDataURL("image/png");
}

function ringColours(): { readonly color: string; readonly accentColor: string } {
  const probe = document.createElement("span");
  document.body.append(probe);
  probe.style.color = "var(--border)";
  const { color } = getComputedStyle(probe);
  probe.style.color = "var(--accent)";
  const accentColor = getComputedStyle(probe).color;
  probe.remove();
  return { color, accentColor };
}
