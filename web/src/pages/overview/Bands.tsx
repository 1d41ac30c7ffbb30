import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/types';
import { Level } from '../../components/Level';
import { count } from '../../lib/format';
import { levels } from '../../lib/levels';

/** How much there is of each urgency; every number leads to its list. */
export function Bands({ data }: { data: Overview }) {
  return (
    <ul className="bands" aria-label="Open exposures by urgency">
      {levels.map((one) => (
        <li key={one.band}>
          <Link to="/exposures" search={{ q: `status:open band:${one.band}` }}>
            <Level band={one.band} />
            <strong>{count(data.by_band[one.band] ?? data.by_band[one.band.replace('-', '_')] ?? 0)}</strong>
            <span className="soft small">{one.asks}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
