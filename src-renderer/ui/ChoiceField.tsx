// One of several, with a label.

interface ChoiceFieldProps<Choice extends string> {
  readonly label: string;
  readonly value: Choice;
  readonly choices: readonly Choice[];
  /** What a choice is called; absent: as it is. */
  readonly names?: Readonly<Record<Choice, string>>;
  readonly onChange: (choice: Choice) => void;
}

export function ChoiceField<Choice extends string>({
  label,
  value,
  choices,
  names,
  onChange,
}: ChoiceFieldProps<Choice>) {
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice === event.target.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {names?.[choice] ?? choice}
          </option>
        ))}
      </select>
    </label>
  );
}
