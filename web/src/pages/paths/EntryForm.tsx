import { useState } from 'react';
import type { Entry } from '../../api/types';
import { TextField } from '../../components/TextField';
import { shareOf, typed, wrongWith } from '../../lib/entries';

interface Props {
  entry: Entry;
  pending: boolean;
  onSave: (chance: { low: number; value: number; high: number }) => void;
  onClose: () => void;
}

/** How likely an entry is, in percent, and how sure that is. */
export function EntryForm({ entry, pending, onSave, onClose }: Props) {
  const [low, setLow] = useState(typed(entry.chance.low));
  const [value, setValue] = useState(typed(entry.chance.value));
  const [high, setHigh] = useState(typed(entry.chance.high));
  const wrong = wrongWith(low, value, high);
  return (
    <form
      className="stack"
      aria-label={`How likely: ${entry.title}`}
      onSubmit={(event) => {
        event.preventDefault();
        const chance = { low: shareOf(low), value: shareOf(value), high: shareOf(high) };
        if (wrong === null && chance.low !== null && chance.value !== null && chance.high !== null) onSave({ low: chance.low, value: chance.value, high: chance.high });
      }}
    >
      <div className="thirds">
        <TextField label="At least, %" value={low} onChange={setLow} required />
        <TextField label="Likely, %" value={value} onChange={setValue} required />
        <TextField label="At most, %" value={high} onChange={setHigh} required />
      </div>
      {wrong && (
        <p className="small" role="alert">
          {wrong}
        </p>
      )}
      <div className="row">
        <button type="submit" className="btn primary small" disabled={pending || wrong !== null}>
          Save
        </button>
        <button type="button" className="btn small" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
