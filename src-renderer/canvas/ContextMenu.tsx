// What one can do to the thing under the pointer, or to what is selected.

import { own } from "../../src-main/common/workflow.ts";
import { type CommandId, keysOf, runCommand } from "../commands/commands.ts";
import { goToPlace } from "../commands/go-to-place.ts";
import { paintSelected } from "../commands/looks.ts";
import { present, selected } from "../commands/node-edits.ts";
import { resetParams } from "../commands/param-edits.ts";
import { insertIntoSelected } from "../commands/wire-selection.ts";
import { usePreference } from "../state/preference-store.ts";
import { type MenuRequest, shellStore } from "../state/shell-store.ts";
import { openVary } from "../state/shown-sweep-store.ts";
import { text } from "../text/text.ts";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import { COLOURS, fieldsOf, typeOf } from "./node-look.ts";
import { openPalette } from "./open-palette.ts";

type Entries = readonly (CommandId | "separator")[];
const ENTRIES: Readonly<Record<Exclude<MenuRequest["of"], "colour" | "param">, Entries>> = {
  group: [
    "nodes.rename",
    "nodes.colour",
    "separator",
    "edit.cut",
    "edit.copy",
    "edit.duplicate",
    "separator",
    "nodes.ungroup",
    "edit.deleteAll",
    "separator",
    "nodes.mute",
    "nodes.bypass",
    "nodes.collapse",
    "nodes.group",
  ],
  node: [
    "nodes.inspect",
    "nodes.connect",
    "nodes.rename",
    "nodes.colour",
    "nodes.reset",
    "separator",
    "edit.cut",
    "edit.copy",
    "edit.duplicate",
    "edit.duplicateWired",
    "edit.delete",
    "separator",
    "nodes.mute",
    "nodes.bypass",
    "nodes.collapse",
    "separator",
    "nodes.group",
    "nodes.ungroup",
  ],
  wire: ["nodes.insert", "separator", "nodes.bendWire", "nodes.straightenWire", "separator", "edit.delete"],
  canvas: [
    "nodes.add",
    "edit.paste",
    "edit.selectAll",
    "separator",
    "edit.find",
    "nodes.layout",
    "view.fit",
    "separator",
    "view.snap",
    "view.minimap",
  ],
};
const OF_SEVERAL: Entries = [
  "separator",
  "nodes.alignLeft",
  "nodes.alignRight",
  "nodes.alignTop",
  "nodes.alignBottom",
  "nodes.distributeX",
  "nodes.distributeY",
  "nodes.layout",
];

export function ContextMenu() {
  const request = shellStore(({ menu }) => menu);
  const snap = usePreference("snap");
  const minimap = usePreference("minimap");
  if (request === null) return null;
  if (request.of === "colour") return <ColourMenu at={request.at} />;
  if (request.of === "param") return <ParamMenu request={request} />;
  const checked: Partial<Record<CommandId, boolean>> = { "view.snap": snap, "view.minimap": minimap };
  const ids = [...ENTRIES[request.of], ...(request.of !== "canvas" && selected().nodes.length > 1 ? OF_SEVERAL : [])];
  const entries = ids.map((id): MenuEntry =>
    id === "separator"
      ? id
      : {
          label: text.commands[id],
          keys: keysOf(id) || undefined,
          isChecked: checked[id],
          run: () => runAt(id, request),
        },
  );
  return (
    <Menu
      label={text.canvas.menu[request.of]}
      at={request.at}
      entries={entries}
      onClose={() => shellStore.setState({ menu: null })}
    />
  );
}

function ParamMenu({ request: { at, param } }: { readonly request: MenuRequest }) {
  const workflow = present();
  const node = own(workflow?.graph.nodes ?? {}, param?.node ?? "");
  const type = node && typeOf(node);
  if (param === undefined || node === undefined || type === undefined) return null;
  const field = fieldsOf(type).find(({ name }) => name === param.name);
  const isSet = field?.fallback !== undefined && own(node.params, param.name) !== field.fallback;
  const entries: MenuEntry[] = [
    { label: text.canvas.editParam, run: () => goToPlace({ node: param.node, param: param.name }) },
    { label: text.sweep.vary, run: () => openVary({ node: param.node, param: param.name }) },
    { label: text.canvas.resetParam, isOff: !isSet, run: () => resetParams([param.node], param.name) },
    {
      label: text.commands["nodes.reset"],
      keys: keysOf("nodes.reset") || undefined,
      run: () => resetParams([param.node]),
    },
  ];
  return (
    <Menu
      label={field?.label ?? param.name}
      at={at}
      entries={entries}
      onClose={() => shellStore.setState({ menu: null })}
    />
  );
}

function ColourMenu({ at }: Pick<MenuRequest, "at">) {
  const workflow = present();
  const [first = ""] = selected().nodes;
  const now = own(workflow?.view.nodes ?? {}, first)?.colour;
  const entries: MenuEntry[] = [
    { label: text.colours.none, isChecked: now === undefined, run: () => paintSelected(null) },
    ...COLOURS.map((colour) => ({
      label: text.colours[colour],
      swatch: `var(--paint-${colour})`,
      isChecked: now === colour,
      run: () => paintSelected(colour),
    })),
  ];
  return (
    <Menu
      label={text.canvas.menu.colour}
      at={at}
      entries={entries}
      onClose={() => shellStore.setState({ menu: null })}
    />
  );
}

/** What adds a node adds it where the menu was opened. */
function runAt(id: CommandId, { at }: MenuRequest): void {
  if (id === "nodes.add") openPalette(at);
  else if (id === "nodes.insert") insertIntoSelected(at);
  else runCommand(id);
}
