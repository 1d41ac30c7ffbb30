import { useState, type ReactNode } from 'react';
import { plural } from '../../lib/format';

/** So many are shown before somebody asks for all. */
const first = 12;

/** The first of a list, and all of it when asked. */
export function Cut<T>({ rows, children }: { rows: T[]; children: (row: T) => ReactNode }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <ul className="jewels">{rows.slice(0, all ? rows.length : first).map(children)}</ul>
      {!all && rows.length > first && (
        <button type="button" className="btn quiet" onClick={() => setAll(true)}>
          {plural(rows.length - first, 'more', 'more')}
        </button>
      )}
    </>
  );
}
