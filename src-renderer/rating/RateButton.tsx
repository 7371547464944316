// Stands by a run: opens the window in which its images are compared.

import { Scale } from "lucide-react";
import { openRating } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { ActionButton } from "../ui/ActionButton.tsx";

export function RateButton({ run }: { readonly run: string }) {
  return (
    <ActionButton icon={Scale} label={text.rating.open} help={text.rating.openHelp} onClick={() => openRating(run)} />
  );
}
