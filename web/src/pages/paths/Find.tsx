import { useId, useMemo, useRef, useState } from 'react';
import type { GraphSpot } from '../../api/types';
import { Icon } from '../../components/Icon';
import { Name } from '../../components/Name';
import { words } from '../../lib/format';
import { useKeys } from '../../lib/hooks';

/** So many are offered. */
const most = 8;

/** Finds a spot of the graph by its name. */
export function Find({ spots, onFind }: { spots: GraphSpot[]; onFind: (key: string) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = useMemo(() => match(spots, typed), [spots, typed]);
  const [open, setOpen] = useState(false);
  useKeys((action) => {
    if (action.kind !== 'query') return false;
    input.current?.focus();
    return true;
  });
  const current = Math.min(chosen, found.length - 1);
  const take = (spot: GraphSpot | undefined) => {
    if (!spot) return;
    setOpen(false);
    setTyped(spot.name);
    onFind(spot.key);
  };
  const unfolded = open && typed.trim() !== '';
  return (
    <div className="query-box find">
      <div className="query-input">
        <Icon name="search" />
        <input
          ref={input}
          type="search"
          role="combobox"
          aria-expanded={unfolded}
          aria-controls={`${id}-found`}
          aria-activedescendant={unfolded && found[current] ? `${id}-${current}` : undefined}
          aria-label="Find in the graph"
          placeholder="Find in the graph"
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(0);
            setOpen(true);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setChosen((current + 1) % Math.max(1, found.length));
            else if (event.key === 'ArrowUp') setChosen((current - 1 + found.length) % Math.max(1, found.length));
            else if (event.key === 'Enter') take(found[current]);
            else if (event.key === 'Escape') {
              if (!unfolded) input.current?.blur();
              setOpen(false);
            } else return;
            event.preventDefault();
          }}
        />
      </div>
      <div className="options" id={`${id}-found`} role="listbox" aria-label="Found in the graph" hidden={!unfolded}>
        {unfolded && found.length === 0 && <p className="soft small">Nothing of that name is in the picture.</p>}
        {unfolded &&
          found.map((spot, index) => (
            // The keyboard works in the box above: the options are only pointed at.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div key={spot.key} id={`${id}-${index}`} role="option" aria-selected={index === current} onMouseDown={(event) => event.preventDefault()} onClick={() => take(spot)} onMouseMove={() => setChosen(index)}>
              <span className="cut">
                <Name text={spot.name} />
              </span>
              <span className="doc nowrap">{words(spot.kind)}</span>
            </div>
          ))}
      </div>
    </div>
  );
}

/** Names that begin so before names that only hold it; of these, what more of the loss passes. */
function match(spots: GraphSpot[], typed: string): GraphSpot[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  const held = spots.filter((spot) => spot.name.toLowerCase().includes(wanted));
  const begins = (spot: GraphSpot) => Number(spot.name.toLowerCase().startsWith(wanted));
  return held.sort((a, b) => begins(b) - begins(a) || b.share - a.share).slice(0, most);
}
