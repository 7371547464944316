// A number with a label. What is typed stays as it is typed; only what is a number is told.

import { type ReactNode, useEffect, useId, useState } from "react";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max?: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
  readonly children?: ReactNode;
}

export function NumberField({ label, value, min, max, step = 1, onChange, children }: NumberFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState(String(value));
  useEffect(() => {
    setTyped((now) => (now !== "" && Number(now) === value ? now : String(value)));
  }, [value]);
  return (
    <div className="rs-number-field">
      <label htmlFor={id}>{label}</label>
      <span>
        <input
          id={id}
          type="number"
          value={typed}
          min={min}
          max={max}
          step={step}
          onChange={(event) => {
            setTyped(event.target.value);
            if (event.target.value !== "") onChange(event.target.valueAsNumber);
          }}
        />
        {children}
      </span>
    </div>
  );
}
