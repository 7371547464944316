// One click from a learned embedding to the comparison on another model: which one, of what, with what settings.

import { useState } from "react";
import type { TargetModel } from "../../src-main/common/target-model.ts";
import { studio } from "../api/studio.ts";
import { preferenceStore } from "../state/preference-store.ts";
import { chooseFile, type EmbeddingToApply, openApplication, openApply } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { type ApplyChoice, choiceOf, lackOf, requestOf } from "./apply-choice.ts";
import { ApplyForm } from "./ApplyForm.tsx";
import { Forecast } from "./Forecast.tsx";
import { ModelFolders } from "./ModelFolders.tsx";
import { OtherSpaces } from "./OtherSpaces.tsx";
import { TargetList } from "./TargetList.tsx";
import { useForecast } from "./use-forecast.ts";
import { useTargetModels } from "./use-target-models.ts";

const words = text.applying;

export function ApplyDialog({ embedding }: { readonly embedding: EmbeddingToApply }) {
  const { models, folders, add, saveFolders } = useTargetModels(embedding.path);
  const [chosen, setChosen] = useState<ApplyChoice | null>(null);
  const [isStarting, setStarting] = useState(false);
  const first = firstChoice(models ?? []);
  const choice = chosen ?? (first === undefined ? null : choiceOf(first, null));
  const lack = choice === null ? null : lackOf(choice);
  const request = choice === null || lack !== null ? null : requestOf(choice, embedding.path);
  const foreseen = useForecast(request);

  const start = (): void => {
    if (request === null || choice === null) return;
    setStarting(true);
    attempt(async () => {
      try {
        const name = words.runName(embedding.name, choice.model.name).slice(0, 200);
        const job = await studio.apply({ ...request, name, device: preferenceStore.getState().device });
        openApply(null);
        openApplication(job.run);
      } finally {
        setStarting(false);
      }
    });
  };
  const addModel = (path: string): void =>
    attempt(async () => {
      const model = await add(path);
      // One that does not fit is listed with its reason.
      if (model.fit.verdict !== "misfit") setChosen(choiceOf(model, choice));
    });
  return (
    <Dialog
      title={words.title(embedding.name)}
      size="wide"
      onClose={() => openApply(null)}
      footer={
        <>
          {choice === null ? <span /> : <Forecast lack={lack} foreseen={foreseen} />}
          <button
            type="button"
            className="rs-button rs-button-primary"
            disabled={isStarting || foreseen.forecast === null}
            onClick={start}
          >
            {words.start}
          </button>
        </>
      }
    >
      <p className="rs-muted">{words.text}</p>
      {models === null ? (
        <p className="rs-muted">{words.searching}</p>
      ) : (
        <div className="rs-apply">
          <div className="rs-apply-models">
            <TargetList
              models={models}
              chosen={choice?.model.path ?? null}
              onChoose={(model) => setChosen(choiceOf(model, choice))}
            />
            <MoreModels folders={folders} onAdd={addModel} onFolders={(next) => attempt(() => saveFolders(next))} />
            <OtherSpaces embedding={embedding.path} />
          </div>
          {choice === null ? (
            <p className="rs-muted">{words.noModel}</p>
          ) : (
            <ApplyForm
              key={choice.model.path}
              choice={choice}
              models={models}
              onChange={(change) => setChosen({ ...choice, ...change })}
            />
          )}
        </div>
      )}
    </Dialog>
  );
}

interface MoreModelsProps {
  readonly folders: readonly string[];
  readonly onAdd: (path: string) => void;
  readonly onFolders: (folders: readonly string[]) => void;
}

function MoreModels({ folders, onAdd, onFolders }: MoreModelsProps) {
  return (
    <div className="rs-apply-more">
      <button
        type="button"
        className="rs-button rs-button-small"
        onClick={() => chooseFile({ mode: "folder", start: "", onChoose: onAdd })}
      >
        {words.otherModel}
      </button>
      <ModelFolders folders={folders} onChange={onFolders} />
    </div>
  );
}

/** What the dialog begins with: a video if there is one, for that is where an embedding goes that was learned on pictures. */
function firstChoice(models: readonly TargetModel[]): TargetModel | undefined {
  const fitting = models.filter(({ fit }) => fit.verdict !== "misfit");
  return fitting.find(({ draws }) => draws === "videos") ?? fitting[0];
}
