// Dropped files that are too large to be copied, and folders: a browser does not tell where they lie, so the user does.

import { useState } from "react";
import { studio } from "../api/studio.ts";
import { chooseFile, shellStore, type UnlocatedDrop } from "../state/shell-store.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { withImports } from "./import-table.ts";
import { placeFiles } from "./place-files.ts";

const words = text.choosing.drop;
const close = (): void => shellStore.setState({ unlocated: null });

export function UnlocatedFiles({ drop: { things, at } }: { readonly drop: UnlocatedDrop }) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const paths = things.flatMap(({ name }) => chosen.get(name) ?? []);
  const add = async (): Promise<void> => {
    const found = await Promise.all(paths.map(async (path) => ({ path, ...(await studio.describeFile({ path })) })));
    close();
    for (const { path, file } of found) {
      if (file === null) toast({ tone: "warning", title: words.unknown(path), detail: words.unknownText });
      else await studio.rememberFile({ path });
    }
    placeFiles(await withImports(found.flatMap(({ file }) => file ?? [])), at);
  };
  return (
    <Dialog
      title={words.title(things.length)}
      onClose={close}
      footer={
        <button
          type="button"
          className="rs-button rs-button-primary"
          disabled={paths.length === 0}
          onClick={() => attempt(add)}
        >
          {words.add(paths.length)}
        </button>
      }
    >
      <p className="rs-muted">{words.text}</p>
      {things.map(({ name, bytes }) => (
        <section key={name} className="rs-missing">
          <div className="rs-missing-text">
            <strong>{name}</strong>
            {bytes === null ? null : <small className="rs-muted">{text.files.size(bytes)}</small>}
            <small className="rs-path">{chosen.get(name)}</small>
          </div>
          <button
            type="button"
            className="rs-button"
            aria-label={words.locate(name)}
            onClick={() =>
              chooseFile({
                mode: bytes === null ? "folder" : "file",
                start: "",
                onChoose: (path) => setChosen((before) => new Map(before).set(name, path)),
              })
            }
          >
            {words.choose}
          </button>
        </section>
      ))}
    </Dialog>
  );
}
