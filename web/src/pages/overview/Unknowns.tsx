import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/types';
import { percent, plural, words } from '../../lib/format';

/** Where a score is an interval because nobody told or measured something: often the cheapest next step. */
export function Unknowns({ unknown }: { unknown: Overview['unknown'] }) {
  const some = unknown.filter((one) => one.exposures > 0);
  if (some.length === 0) return <p className="soft">Every open exposure has all that its score is made of.</p>;
  return (
    <ul className="stack">
      {some.map((one) => (
        <li key={one.factor} className="between">
          <span>{one.factor === 'owner' ? 'Without an owner' : `${words(one.factor)} unknown`}</span>
          <Link to="/exposures" search={{ q: one.query }}>
            {plural(one.exposures, 'exposure')} ({percent(one.share)})
          </Link>
        </li>
      ))}
    </ul>
  );
}
