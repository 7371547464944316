// Stands by every learned embedding: opens the dialog that applies it to other models.

import { WandSparkles } from "lucide-react";
import { type EmbeddingToApply, openApply } from "../state/shell-store.ts";
import { text } from "../text/text.ts";

export function ApplyButton({ embedding }: { readonly embedding: EmbeddingToApply }) {
  return (
    <button
      type="button"
      className="rs-button rs-button-small nodrag"
      title={text.applying.openHelp}
      onClick={() => openApply(embedding)}
    >
      <WandSparkles size={13} aria-hidden />
      {text.applying.open}
    </button>
  );
}
