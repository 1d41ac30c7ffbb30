import { useState, type ReactNode } from 'react';
import type { AttackSummary } from '../../api/types';
import { Chance } from '../../components/Chance';
import { Name } from '../../components/Name';
import { percent, plural } from '../../lib/format';
import type { Choke } from '../../lib/graph/chokes';

/** So many are shown before somebody asks for all. */
const first = 12;

const tabs = { jewels: 'What may fall', chokes: 'Choke points', fixes: 'What to fix' } as const;
type Tab = keyof typeof tabs;

interface Props {
  attack: AttackSummary;
  chokes: Choke[];
  onSpot: (key: string) => void;
  /** What to fix. */
  plan: ReactNode;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

/** Where to begin while nothing is chosen: what may fall, what much of the loss passes, what to do. */
export function Beginning({ attack, chokes, onSpot, plan, tab, onTab }: Props) {
  return (
    <>
      <div className="row tight" role="group" aria-label="Begin with">
        {(Object.keys(tabs) as Tab[]).map((one) => (
          <button key={one} type="button" className="btn quiet small" aria-pressed={one === tab} onClick={() => onTab(one)}>
            {tabs[one]}
          </button>
        ))}
      </div>
      {tab === 'fixes' ? plan : <h2 className="visually-hidden">{tabs[tab]}</h2>}
      {tab === 'jewels' && (
        <Cut rows={attack.jewels}>
          {(jewel) => (
            <li key={jewel.asset.id}>
              <button type="button" className="jewel" onClick={() => onSpot(`asset:${jewel.asset.id}`)}>
                <Name text={jewel.asset.name} most={60} />
                <span>
                  <Chance of={jewel.chance} />
                  {jewel.assumed && <span className="small soft"> Counts as critical: it holds everything in it.</span>}
                </span>
              </button>
            </li>
          )}
        </Cut>
      )}
      {tab === 'chokes' &&
        (chokes.length === 0 ? (
          <p className="soft">No single place lies on the ways to several things: nothing to choke them at.</p>
        ) : (
          <Cut rows={chokes}>
            {({ spot, share, necessary }) => (
              <li key={spot.key}>
                <button type="button" className="jewel" onClick={() => onSpot(spot.key)}>
                  <Name text={spot.name} most={60} />
                  <span>
                    <strong>{percent(share)}</strong> <span className="small soft">of the expected loss elsewhere passes here; {necessary ? 'there is no way around it' : 'there may be other ways'}</span>
                  </span>
                </button>
              </li>
            )}
          </Cut>
        ))}
    </>
  );
}

function Cut<T>({ rows, children }: { rows: T[]; children: (row: T) => ReactNode }) {
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
