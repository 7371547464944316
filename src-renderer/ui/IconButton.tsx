// A button that is an icon alone: what it does stands in its tooltip, with the keys that do the same, and is what a screen reader says.

import type { LucideIcon } from "lucide-react";

/** Pixels: in a line of text, in a bar, and over an image. */
const SIZES = { small: 13, medium: 16, large: 20 } as const;

interface IconProps {
  readonly icon: LucideIcon;
  /** What it does. */
  readonly label: string;
  /** That do the same, where there are any. */
  readonly keys?: string;
  readonly size?: keyof typeof SIZES;
  readonly className?: string;
}

interface IconButtonProps extends IconProps {
  readonly onClick: () => void;
  readonly isOff?: boolean;
  /** Of what is on or off. */
  readonly isPressed?: boolean | undefined;
  /** Of what it shows and hides. */
  readonly isExpanded?: boolean;
  /** Whether Tab passes it by, because keys do the same. */
  readonly isPassed?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const { onClick, isOff = false, isPressed, isExpanded, isPassed = false } = props;
  return (
    <button
      type="button"
      {...looksOf(props)}
      tabIndex={isPassed ? -1 : undefined}
      disabled={isOff}
      aria-pressed={isPressed}
      aria-expanded={isExpanded}
      onClick={onClick}
    >
      <Sized {...props} />
    </button>
  );
}

/** Of a file that is downloaded. */
export function IconLink({ href, ...props }: IconProps & { readonly href: string }) {
  return (
    <a {...looksOf(props)} href={href} download>
      <Sized {...props} />
    </a>
  );
}

function looksOf({ label, keys = "", className = "" }: IconProps) {
  return {
    className: `rs-icon-button ${className}`.trimEnd(),
    title: keys === "" ? label : `${label} (${keys})`,
    "aria-label": label,
  };
}

function Sized({ icon: Icon, size = "medium" }: IconProps) {
  return <Icon size={SIZES[size]} aria-hidden />;
}
