// The picture that a ControlNet follows: sent to the program as soon as it is chosen.

import { useEffect, useId, useState } from "react";
import { controlKind } from "../../src-main/common/applying.ts";
import { upload } from "../api/upload.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { ChoiceField } from "../ui/ChoiceField.tsx";
import type { ApplyChoice } from "./apply-choice.ts";
import { NumberField } from "./NumberField.tsx";

const words = text.applying;

interface ControlPictureProps {
  readonly choice: ApplyChoice;
  readonly onChange: (change: Partial<ApplyChoice>) => void;
}

export function ControlPicture({ choice, onChange }: ControlPictureProps) {
  const { model, picture, pictureKind, pictureScale } = choice;
  const id = useId();
  const [sent, setSent] = useState<string | null>(null);
  useEffect(() => () => (sent === null ? undefined : URL.revokeObjectURL(sent)), [sent]);
  const shown = sent ?? (picture === model.example?.picture ? (model.example?.pictureUrl ?? null) : null);
  const send = (file: File): void =>
    attempt(async () => {
      onChange({ picture: await upload(file) });
      setSent(URL.createObjectURL(file));
    });
  return (
    <fieldset className="rs-control-picture">
      <legend>{words.picture}</legend>
      {shown === null ? null : <img src={shown} alt={words.pictureShown} />}
      <div>
        <span className="rs-picture-choice">
          <input
            id={id}
            type="file"
            className="rs-hidden-visually"
            accept="image/png,image/jpeg,image/webp"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file !== undefined) send(file);
            }}
          />
          <label htmlFor={id} className="rs-button rs-button-small">
            {picture === null ? words.choosePicture : words.otherPicture}
          </label>
          {picture === null ? null : <small className="rs-muted rs-path">{picture.replace(/^.*[\\/]/, "")}</small>}
        </span>
        <ChoiceField
          label={words.pictureKind}
          value={pictureKind}
          choices={controlKind.options}
          names={words.pictureKinds}
          onChange={(kind) => onChange({ pictureKind: kind })}
        />
        <NumberField
          label={words.pictureScale}
          value={pictureScale}
          min={0}
          max={2}
          step={0.1}
          onChange={(scale) => onChange({ pictureScale: scale })}
        />
      </div>
    </fieldset>
  );
}
