// Stands by a run: opens the window in which its images are compared.

import { Scale } from "lucide-react";
import { openRating } from "../state/shell-store.ts";
import { text } from "../text/text.ts";

export function RateButton({ run }: { readonly run: string }) {
  return (
    <button
      type="button"
      className="rs-button rs-button-small"
      title={text.rating.openHelp}
      onClick={() => openRating(run)}
    >
      <Scale size={13} aria-hidden />
      {text.rating.open}
    </button>
  );
}
