// The models that a workflow needs and that are not chosen yet: what to get, from where, under which terms, and where to put it.

import { ExternalLink, RefreshCw } from "lucide-react";
import { useState } from "react";
import type { Need } from "../../src-main/common/studio/needs.ts";
import { own } from "../../src-main/common/workflow.ts";
import { ModelFolders } from "../apply/ModelFolders.tsx";
import { titleOf } from "../canvas/node-look.ts";
import { changeParam, present } from "../commands/node-edits.ts";
import { openPicker } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { useKnownFiles } from "./use-known-files.ts";
import type { Needs } from "./use-needs.ts";

const words = text.choosing.needs;

export function NeededModels({ needs, checkAgain }: Needs) {
  const { folders, saveFolders } = useKnownFiles();
  const [checks, setChecks] = useState(0);
  if (needs.length === 0) return null;
  return (
    <section className="rs-needs" aria-label={words.title}>
      <p>{words.text}</p>
      {needs.map((need) => (
        <NeedRow key={need.node} need={need} />
      ))}
      <ModelFolders
        folders={folders}
        onChange={(wanted) =>
          attempt(async () => {
            await saveFolders(wanted);
            await checkAgain();
          })
        }
      />
      <div className="rs-needs-check">
        <button
          type="button"
          className="rs-button"
          onClick={() =>
            attempt(async () => {
              await checkAgain();
              setChecks((count) => count + 1);
            })
          }
        >
          <RefreshCw size={14} aria-hidden /> {words.checkAgain}
        </button>
        <span className="rs-muted" role="status">
          {checks === 0 ? "" : words.checked(needs.length, checks)}
        </span>
      </div>
    </section>
  );
}

function NeedRow({ need: { node, param, models } }: { readonly need: Need }) {
  const found = own(present()?.graph.nodes ?? {}, node);
  const title = found === undefined ? node : titleOf(found);
  return (
    <section className="rs-need" aria-label={words.forNode(title, node)}>
      <div className="rs-need-head">
        <strong>{words.forNode(title, node)}</strong>
        <button type="button" className="rs-button rs-button-small" onClick={() => openPicker({ node, param })}>
          {words.choose}
        </button>
      </div>
      {models.map((model, i) => (
        <div key={model.name} className="rs-need-model">
          <span>
            {i === 0 ? null : `${words.or} `}
            {model.name}
            <small className="rs-muted">{` · ${text.files.size(model.bytes)} · ${model.licence}`}</small>
          </span>
          <small>
            {words.get(model.get)}{" "}
            <a href={model.page} target="_blank" rel="noreferrer">
              {model.page.replace(/^https:\/\//, "")}
              <ExternalLink size={11} aria-hidden />
            </a>
            {`. ${words.put(model.put)}`}
          </small>
          {model.found.map(({ path, name }) => (
            <button
              key={path}
              type="button"
              className="rs-link-button rs-path"
              onClick={() => changeParam(node, param, param, path)}
            >
              {words.use(name)}
            </button>
          ))}
        </div>
      ))}
    </section>
  );
}
