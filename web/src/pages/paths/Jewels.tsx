import { Link } from '@tanstack/react-router';
import type { AttackSummary, Jewel } from '../../api/types';
import { Chance } from '../../components/Chance';
import { Name } from '../../components/Name';
import { WorthButton } from '../../components/WorthButton';
import { count } from '../../lib/format';
import { useMay } from '../../lib/session';
import { Cut } from './Cut';

/** What may fall: what somebody valued, or what counts as critical for what it is. */
export function Jewels({ attack, onSpot }: { attack: AttackSummary; onSpot: (key: string) => void }) {
  const may = useMay('analyst');
  return (
    <>
      <p className="small soft">What an attacker may come to control within 30 days, the greatest expected loss first. A crown jewel is worth at least half of the most valuable.</p>
      <Cut rows={attack.jewels}>
        {(jewel) => (
          <li key={jewel.asset.id} className="jewel-row">
            <button type="button" className="jewel" onClick={() => onSpot(`asset:${jewel.asset.id}`)}>
              <Name text={jewel.asset.name} most={60} />
              <Chance of={jewel.chance} />
            </button>
            <Worth jewel={jewel} />
            {may && jewel.assumed && <WorthButton asset={jewel.asset.id} name={jewel.asset.name} />}
          </li>
        )}
      </Cut>
      <p className="small soft">
        Something missing? Nobody valued these <Link to="/assets" search={{ q: 'unknown:criticality' }} className="inline-link">assets</Link> yet; a{' '}
        <Link to="/settings/$tab" params={{ tab: 'scopes' }} className="inline-link">
          scope
        </Link>{' '}
        values all of its assets at once.
      </p>
    </>
  );
}

/** What it is worth, and whether somebody said so. */
export function Worth({ jewel }: { jewel: Jewel }) {
  return (
    <span className="small">
      <span className="soft">Worth {count(jewel.value)}</span>
      {jewel.assumed && (
        <>
          {' '}
          <span className="tag warn">Assumed</span> <span className="soft">nobody said so: it holds everything in it, and counts as critical</span>
        </>
      )}
    </span>
  );
}
