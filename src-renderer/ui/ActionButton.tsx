// A small button that does something with what it stands by: an icon and its words, of which a narrow bar shows the icon alone.

import type { LucideIcon } from "lucide-react";

interface ActionButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  /** What it does, where the label does not say all; absent: the label. */
  readonly help?: string | undefined;
  /** That a screen reader says, where several such buttons are about different things. */
  readonly spoken?: string | undefined;
  /** Of what is at work, as against what one does with its results. */
  readonly isCommand?: boolean;
  readonly onClick: () => void;
}

export function ActionButton({ icon: Icon, label, help, spoken, isCommand, onClick }: ActionButtonProps) {
  return (
    <button
      type="button"
      className="rs-button rs-button-small nodrag"
      title={help ?? label}
      aria-label={spoken ?? label}
      data-command={isCommand ? "" : undefined}
      onClick={onClick}
    >
      <Icon size={13} aria-hidden />
      <span className="rs-action-words">{label}</span>
    </button>
  );
}
