// The files that a workflow names and that are not on this machine. Nothing takes their place but what the user chooses.

import { useEffect, useState } from "react";
import { NeededModels } from "../choose/NeededModels.tsx";
import { useNeeds } from "../choose/use-needs.ts";
import {
  findSuggestions,
  groupMissing,
  type MissingThing,
  rememberReplacements,
  replaceFiles,
  warnOfOtherWeights,
} from "../files/missing-files.ts";
import { checkStore } from "../state/check-store.ts";
import { useActiveTab } from "../state/document-store.ts";
import { chooseFile, openDialog } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";

const words = text.missing;

export function MissingFiles() {
  const tab = useActiveTab();
  const missing = checkStore((state) => state.missing);
  const things = tab === undefined ? [] : groupMissing(missing, tab.history.present);
  const [suggested, setSuggested] = useState<ReadonlyMap<string, string>>(new Map());
  const paths = things.map(({ path }) => path).join("\n");
  useEffect(() => attempt(async () => setSuggested(await findSuggestions(things, tab?.path ?? null))), [paths]);
  const take = (chosen: ReadonlyMap<string, string>): void => {
    replaceFiles(things, chosen);
    rememberReplacements(things, chosen);
    for (const thing of things) {
      const path = chosen.get(thing.path);
      if (path !== undefined) attempt(() => warnOfOtherWeights(thing, path));
    }
  };
  const { needs, checkAgain } = useNeeds();
  const close = (): void => openDialog(null);
  return (
    <Dialog
      title={needs.length === 0 ? words.title : text.choosing.needs.title}
      onClose={close}
      footer={
        <>
          {suggested.size > 1 ? (
            <button type="button" className="rs-button" onClick={() => take(suggested)}>
              {words.useAll(suggested.size)}
            </button>
          ) : null}
          <button type="button" className="rs-button rs-button-primary" data-autofocus onClick={close}>
            {words.done}
          </button>
        </>
      }
    >
      <NeededModels needs={needs} checkAgain={checkAgain} />
      {things.length === 0 ? null : <p className="rs-muted">{words.text}</p>}
      {things.length === 0 && needs.length === 0 ? <p className="rs-muted">{words.none}</p> : null}
      {things.map((thing) => (
        <MissingRow
          key={thing.path}
          thing={thing}
          suggestion={suggested.get(thing.path)}
          onChoose={(path) => take(new Map([[thing.path, path]]))}
        />
      ))}
    </Dialog>
  );
}

interface MissingRowProps {
  readonly thing: MissingThing;
  readonly suggestion: string | undefined;
  readonly onChoose: (path: string) => void;
}

function MissingRow({ thing, suggestion, onChoose }: MissingRowProps) {
  const { name, path, hash, wanted, users } = thing;
  return (
    <section className="rs-missing">
      <div className="rs-missing-text">
        <strong>{name}</strong>
        <small className="rs-muted">{words.usedBy(wanted, users)}</small>
        {path === name ? null : <small className="rs-muted rs-path">{path}</small>}
        {hash === null ? null : <small className="rs-muted">{words.hash(hash)}</small>}
        {suggestion === undefined ? null : (
          <button type="button" className="rs-link-button rs-path" onClick={() => onChoose(suggestion)}>
            {words.use(suggestion)}
          </button>
        )}
      </div>
      <button
        type="button"
        className="rs-button"
        aria-label={words.chooseFor(name)}
        onClick={() => chooseFile({ mode: wanted, start: "", onChoose })}
      >
        {words.choose}
      </button>
    </section>
  );
}
