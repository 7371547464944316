// A row of buttons of which one is pressed.

interface SegmentsProps<Name extends string> {
  readonly names: readonly Name[];
  readonly labels: Readonly<Record<Name, string>>;
  readonly pressed: Name;
  readonly onPress: (name: Name) => void;
}

export function Segments<Name extends string>({ names, labels, pressed, onPress }: SegmentsProps<Name>) {
  return names.map((name) => (
    <button
      key={name}
      type="button"
      className="rs-segment"
      aria-pressed={name === pressed}
      onClick={() => onPress(name)}
    >
      {labels[name]}
    </button>
  ));
}
