// Stands by what was learned of a model that draws: opens the dialog that applies it to other models.

import { WandSparkles } from "lucide-react";
import type { FileKind } from "../../src-main/common/known-file.ts";
import { useFileKind } from "../run/use-described-file.ts";
import { type EmbeddingToApply, openApply } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { ActionButton } from "../ui/ActionButton.tsx";

/** A reward that was learned scores images, and draws none. */
const APPLIED: ReadonlySet<FileKind> = new Set<FileKind>(["embedding", "lora", "text encoder"]);

export function ApplyButton({ embedding }: { readonly embedding: EmbeddingToApply }) {
  const kind = useFileKind(embedding.path);
  // An engine at work may take a while to tell.
  if (kind !== null && !APPLIED.has(kind)) return null;
  return (
    <ActionButton
      icon={WandSparkles}
      label={text.applying.open}
      help={text.applying.openHelp}
      onClick={() => openApply(embedding)}
    />
  );
}
