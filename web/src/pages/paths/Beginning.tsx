import type { ReactNode } from 'react';
import type { AttackSummary } from '../../api/types';
import { Name } from '../../components/Name';
import { percent } from '../../lib/format';
import type { Choke } from '../../lib/graph/chokes';
import { pathsTabs, type PathsTab } from '../../lib/search';
import { Changes } from './Changes';
import { Cut } from './Cut';
import { Jewels } from './Jewels';

/** A word for the tab, and what it shows; what has a heading of its own needs none. */
const titles: Record<PathsTab, [string, string?]> = {
  jewels: ['Targets', 'What may fall'],
  chokes: ['Chokes', 'Choke points'],
  fixes: ['Fixes'],
  entries: ['Entries'],
  changes: ['Changes', 'What changed'],
};

interface Props {
  attack: AttackSummary;
  chokes: Choke[];
  onSpot: (key: string) => void;
  /** What to fix. */
  plan: ReactNode;
  /** Where attackers begin. */
  entries: ReactNode;
  tab: PathsTab;
  onTab: (tab: PathsTab) => void;
}

/** Where to begin while nothing is chosen: what may fall, what much of the loss passes, what to do, what all of it rests on. */
export function Beginning({ attack, chokes, onSpot, plan, entries, tab, onTab }: Props) {
  return (
    <>
      <div className="tabs even" role="group" aria-label="Begin with">
        {pathsTabs.map((one) => (
          <button key={one} type="button" aria-pressed={one === tab} onClick={() => onTab(one)}>
            {titles[one][0]}
          </button>
        ))}
      </div>
      {tab === 'fixes' ? plan : tab === 'entries' ? entries : <h2>{titles[tab][1]}</h2>}
      {tab === 'jewels' && <Jewels attack={attack} onSpot={onSpot} />}
      {tab === 'changes' && <Changes onSpot={onSpot} />}
      {tab === 'chokes' &&
        (chokes.length === 0 ? (
          <p className="soft">No single place lies on the ways to several things: nothing to choke them at.</p>
        ) : (
          <Cut rows={chokes}>
            {({ spot, share, necessary }) => (
              <li key={spot.key} className="jewel-row">
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
