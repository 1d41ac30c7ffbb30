import { useId } from 'react';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'password' | 'date' | 'search';
  hint?: string;
  autoComplete?: string;
  required?: boolean;
  minLength?: number;
  min?: string;
  max?: string;
  /** What is offered while one types; anything else can be written too. */
  offers?: readonly string[];
}

export function TextField({ label, value, onChange, type = 'text', hint, autoComplete = 'off', required = false, minLength, min, max, offers = [] }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete={autoComplete}
        required={required}
        minLength={minLength}
        min={min}
        max={max}
        aria-describedby={hint ? `${id}-hint` : undefined}
        list={offers.length > 0 ? `${id}-offers` : undefined}
      />
      {offers.length > 0 && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
