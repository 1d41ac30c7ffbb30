import { Link } from '@tanstack/react-router';
import type { AssetAttack } from '../api/types';
import { count, percent, plural } from '../lib/format';
import { Name } from './Name';

/** So many are named. */
const most = 8;

/** What falls if an asset falls. */
export function BlastRadius({ of }: { of: AssetAttack }) {
  if (of.falls_with_it_total === 0) return <p className="soft">Nothing else falls with it, by what is known.</p>;
  const valued = of.valued_with_it.slice(0, most);
  return (
    <>
      <p>
        {plural(of.falls_with_it_total, 'other asset')} can fall with it
        {of.valued_with_it_total > 0 && (
          <>
            , {count(of.valued_with_it_total)} of them valued, at <strong>{count(of.worth_with_it)}</strong> together
          </>
        )}
        . Expected loss once it has fallen: <strong>{count(of.loss)}</strong>.
      </p>
      {valued.length > 0 ? (
        <ul className="stack bars" aria-label="What is lost with it, the greatest expected loss first">
          {valued.map((jewel) => (
            <li key={jewel.asset.id}>
              <span className="between">
                <Link to="/assets/$id" params={{ id: String(jewel.asset.id) }}>
                  <Name text={jewel.asset.name} most={60} />
                </Link>
                <span className="small nowrap">
                  {percent(jewel.chance.value)} <span className="soft">of {count(jewel.value)}</span>
                </span>
              </span>
              <svg className="bar" width="100%" height="4" aria-hidden="true">
                <rect className="base" width="100%" height="4" rx="2" />
                <rect className="span" width={`${100 * share(jewel.chance.value * jewel.value, of)}%`} height="4" rx="2" />
              </svg>
            </li>
          ))}
        </ul>
      ) : (
        <p className="small">
          {of.falls_with_it
            .slice(0, most)
            .map((other) => other.name)
            .join(', ')}
        </p>
      )}
      {of.valued_with_it_total > valued.length && <p className="small soft">and {plural(of.valued_with_it_total - valued.length, 'more', 'more')}</p>}
    </>
  );
}

/** The part of the greatest single loss. */
function share(loss: number, of: AssetAttack): number {
  const top = of.valued_with_it.reduce((most, jewel) => Math.max(most, jewel.chance.value * jewel.value), 0);
  return top > 0 ? loss / top : 0;
}
