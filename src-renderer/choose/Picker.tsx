// What a parameter is to be, from a list: built in, used before, found in folders, looked for elsewhere, or typed.

import { FolderOpen } from "lucide-react";
import { paramValue } from "../../src-main/common/workflow-params.ts";
import { ModelFolders } from "../apply/ModelFolders.tsx";
import { paramAt, titleOf } from "../canvas/node-look.ts";
import { present } from "../commands/node-edits.ts";
import { ChoiceList } from "../dialogs/ChoiceList.tsx";
import { dialogStart } from "../files/withheld-paths.ts";
import { chooseFile, openPicker, type PickedParam, shellStore } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { paramChoices } from "./param-choices.ts";
import { takeValue, wireFileInstead } from "./take-value.ts";
import { useKnownFiles } from "./use-known-files.ts";

const words = text.choosing;
const close = (): void => openPicker(null);

export function Picker({ picked: { node, param } }: { readonly picked: PickedParam }) {
  const { files, folders, saveFolders } = useKnownFiles();
  const workflow = present();
  const found = workflow && paramAt(workflow, node, param);
  if (workflow === undefined || found === undefined) return null;
  const { type, field } = found;
  const value = paramValue(found.node.params, field);
  const take = (chosen: string): void => (close(), takeValue(node, field, chosen));
  const { control, offers } = field;
  const choices = paramChoices({
    type,
    field,
    value,
    workflow,
    files: files ?? [],
    take,
    writeInstead(lines) {
      take("");
      shellStore.setState({ focusParam: { node, param: lines.name } });
    },
    wireInstead: (taker, input, path) => (close(), wireFileInstead({ node, field, input }, taker, path)),
  });
  const isFile = control === "file" || control === "folder";
  return (
    <Dialog
      title={words.title(titleOf(found.node), field.label)}
      size="large"
      onClose={close}
      footer={
        isFile ? (
          <button
            type="button"
            className="rs-button"
            onClick={() => chooseFile({ mode: control, start: dialogStart(value), onChoose: take })}
          >
            <FolderOpen size={15} aria-hidden /> {text.inspector.browse}
          </button>
        ) : undefined
      }
    >
      <ChoiceList
        choices={choices}
        placeholder={isFile ? words.searchFiles : words.search}
        none={files === null && isFile ? words.looking : words.none}
        typed={(query) => typedChoice(query, isFile, take)}
      />
      {files === null && isFile && choices.length > 0 ? <p className="rs-muted">{words.looking}</p> : null}
      {offers === undefined || offers === "prompts" || offers === "image" ? null : (
        <>
          <ModelFolders folders={folders} onChange={(wanted) => attempt(() => saveFolders(wanted))} />
          <p className="rs-muted">{words.foldersText}</p>
        </>
      )}
    </Dialog>
  );
}

/** A path as it stands; of other parameters, any words. */
function typedChoice(query: string, isFile: boolean, take: (value: string) => void) {
  const typed = query.trim();
  if (typed === "" || (isFile && !/[\\/:~]/.test(typed))) return null;
  return { id: "-typed", label: words.use(typed), run: () => take(typed) };
}
