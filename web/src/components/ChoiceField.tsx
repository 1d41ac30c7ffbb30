import { useId } from 'react';

interface Props<T extends string> {
  legend: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string; hint?: string }[];
}

/** A few choices, all in sight, each with what it means. */
export function ChoiceField<T extends string>({ legend, value, onChange, options }: Props<T>) {
  const name = useId();
  return (
    <fieldset className="stack">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="check">
          <input type="radio" name={name} value={option.value} checked={value === option.value} onChange={() => onChange(option.value)} />
          <span>
            {option.label}
            {option.hint && <span className="hint"> {option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
