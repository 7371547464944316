// Everything that can be done, found by name.

import { COMMANDS, keysOf, labelOf, runCommand } from "../commands/commands.ts";
import { openDialog } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ChoiceList } from "./ChoiceList.tsx";

const closeDialog = (): void => openDialog(null);

export function CommandList() {
  const choices = COMMANDS.map((id) => ({
    id,
    label: labelOf(id),
    detail: keysOf(id),
    run: () => (closeDialog(), runCommand(id)),
  }));
  return (
    <Dialog title={text.commandsDialog.title} onClose={closeDialog}>
      <ChoiceList choices={choices} placeholder={text.commandsDialog.placeholder} none={text.commandsDialog.none} />
    </Dialog>
  );
}
