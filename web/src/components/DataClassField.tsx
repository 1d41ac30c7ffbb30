import { dataClasses } from '../lib/choices';

export function DataClassField({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  return (
    <fieldset className="stack">
      <legend>Which data it holds</legend>
      <div className="checks">
        {dataClasses.map((one) => (
          <label key={one.value} className="check">
            <input type="checkbox" checked={value.includes(one.value)} onChange={() => onChange(value.includes(one.value) ? value.filter((other) => other !== one.value) : [...value, one.value])} />
            {one.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
