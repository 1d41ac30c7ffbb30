import { Link } from '@tanstack/react-router';
import type { ExposureRow } from '../api/types';
import { locus, points, words } from '../lib/format';
import { Level } from './Level';
import { Name } from './Name';

/** One exposure in a short list: what, where, how urgent; on the page of its asset nothing is said of that. */
export function ExposureLine({ row, asset = false }: { row: ExposureRow; asset?: boolean }) {
  return (
    <div className="stack">
      <Link to="/exposures/$id" params={{ id: String(row.id) }} className="wrap">
        <Name text={row.title} />
      </Link>
      <span className="row small soft">
        {row.status === 'open' ? <Level band={row.band} /> : <span className="tag">{words(row.status)}</span>}
        {row.status === 'open' && <span>{row.priority === null ? 'not scored' : `score ${points(row.priority)}`}</span>}
        {asset && (
          <Link to="/assets/$id" params={{ id: String(row.asset_id) }} className="wrap">
            <Name text={row.asset} />
          </Link>
        )}
        {row.locus !== '' && <span className="wrap">{locus(row.locus)}</span>}
        <span className="mono">{row.weakness}</span>
      </span>
    </div>
  );
}
