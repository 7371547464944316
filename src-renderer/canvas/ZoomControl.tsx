// How near the canvas is seen, as a percentage, with the stops before and after it, and a menu of places to go to.

import { useStore } from "@xyflow/react";
import { Minus, Plus } from "lucide-react";
import { useState } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { type CommandId, keysOf, runCommand } from "../commands/commands.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Menu } from "../ui/Menu.tsx";
import { zoomTo } from "./zoom.ts";

const PLACES = ["view.zoomActual", "view.fit", "view.zoomSelection"] as const;
const MENU_STOPS = [2, 1.5, 0.67, 0.5, 0.25] as const;

export function ZoomControl() {
  const percent = useStore(({ transform }) => Math.round(100 * transform[2]));
  const [at, setAt] = useState<Point | null>(null);
  return (
    <div className="rs-zoom" role="group" aria-label={text.canvas.zoom}>
      <Step command="view.zoomOut" icon={Minus} />
      <button
        type="button"
        className="rs-zoom-percent"
        aria-haspopup="menu"
        aria-label={text.canvas.zoomOf(percent)}
        title={text.canvas.zoomChoose}
        onClick={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          // The menu moves itself up to where there is room.
          setAt({ x: left, y: top });
        }}
      >
        {text.canvas.percent(percent)}
      </button>
      <Step command="view.zoomIn" icon={Plus} />
      {at === null ? null : (
        <Menu
          label={text.canvas.zoom}
          at={at}
          entries={[
            ...PLACES.map((id) => ({
              label: text.commands[id],
              keys: keysOf(id) || undefined,
              run: () => runCommand(id),
            })),
            "separator",
            ...MENU_STOPS.map((stop) => ({
              label: text.canvas.percent(100 * stop),
              run: () => zoomTo(stop),
            })),
          ]}
          onClose={() => setAt(null)}
        />
      )}
    </div>
  );
}

function Step({ command, icon }: { readonly command: CommandId; readonly icon: typeof Plus }) {
  return (
    <IconButton icon={icon} label={text.commands[command]} keys={keysOf(command)} onClick={() => runCommand(command)} />
  );
}
