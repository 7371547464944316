// The panels of the dock, in the order of their tabs. A panel is a component without props that reads the stores.

import { Activity, Gauge, Grid3x3, History, Images, type LucideIcon, Network, TriangleAlert } from "lucide-react";
import type { ComponentType } from "react";
import { GalleryPanel } from "../run/GalleryPanel.tsx";
import { PlanPanel } from "../run/PlanPanel.tsx";
import { RunPanel } from "../run/RunPanel.tsx";
import { SweepPanel } from "../run/sweep/SweepPanel.tsx";
import { WorkersPanel } from "../run/workers/WorkersPanel.tsx";
import { text } from "../text/text.ts";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { ProblemsPanel } from "./ProblemsPanel.tsx";

export interface DockPanel {
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly Panel: ComponentType;
}

export const DOCK_PANELS: readonly DockPanel[] = [
  { id: "problems", title: text.dock.problems, icon: TriangleAlert, Panel: ProblemsPanel },
  { id: "plan", title: text.dock.plan, icon: Gauge, Panel: PlanPanel },
  { id: "run", title: text.dock.run, icon: Activity, Panel: RunPanel },
  { id: "sweeps", title: text.dock.sweeps, icon: Grid3x3, Panel: SweepPanel },
  { id: "workers", title: text.dock.workers, icon: Network, Panel: WorkersPanel },
  { id: "gallery", title: text.dock.gallery, icon: Images, Panel: GalleryPanel },
  { id: "history", title: text.dock.history, icon: History, Panel: HistoryPanel },
];
