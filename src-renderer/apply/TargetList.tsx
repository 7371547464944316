// The models to choose from: those that fit, and why the others do not.

import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import type { Fit, TargetModel } from "../../src-main/common/target-model.ts";
import { text } from "../text/text.ts";

const words = text.applying;
const ICONS = { fits: CircleCheck, unsure: CircleHelp, misfit: CircleX } as const;
const TONES = { fits: "rs-tone-success", unsure: "rs-tone-warning", misfit: "rs-muted" } as const;

interface TargetListProps {
  readonly models: readonly TargetModel[];
  readonly chosen: string | null;
  readonly onChoose: (model: TargetModel) => void;
}

export function TargetList({ models, chosen, onChoose }: TargetListProps) {
  const groups = [
    { title: words.fitting, found: models.filter(({ fit }) => fit.verdict !== "misfit") },
    { title: words.notFitting, found: models.filter(({ fit }) => fit.verdict === "misfit") },
  ];
  return (
    <div className="rs-targets" role="radiogroup" aria-label={words.models}>
      {groups.map(({ title, found }) =>
        found.length === 0 ? null : (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            {found.map((model) => (
              <Target
                key={model.path}
                model={model}
                isChosen={model.path === chosen}
                onChoose={() => onChoose(model)}
              />
            ))}
          </section>
        ),
      )}
    </div>
  );
}

interface TargetProps {
  readonly model: TargetModel;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Target({ model: { name, path, kind, draws, space, fit }, isChosen, onChoose }: TargetProps) {
  const Icon = ICONS[fit.verdict];
  return (
    <label
      className={`rs-target ${fit.verdict === "misfit" ? "rs-is-misfit" : ""}`}
      title={[path, space].filter(Boolean).join("\n")}
    >
      <input type="radio" name="target" checked={isChosen} disabled={fit.verdict === "misfit"} onChange={onChoose} />
      <span className="rs-target-text">
        <span className="rs-target-name">
          {name}
          <Icon size={14} className={TONES[fit.verdict]} role="img" aria-label={words.verdicts[fit.verdict]} />
        </span>
        <small className="rs-muted">{`${words.kinds[kind]} · ${words.draws[draws]}`}</small>
        <Why fit={fit} />
      </span>
    </label>
  );
}

function Why({ fit }: { readonly fit: Fit }) {
  if (fit.verdict === "fits") return null;
  const { message, help } = fit.why;
  return (
    <small className="rs-target-why">
      {message}
      {help === undefined ? null : <span className="rs-target-help">{words.wayOut(help)}</span>}
    </small>
  );
}
