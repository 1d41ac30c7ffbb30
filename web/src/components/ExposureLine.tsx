import { Link } from '@tanstack/react-router';
import type { ExposureRow } from '../api/types';
import { locus, points, words } from '../lib/format';
import { Level } from './Level';
import { Name } from './Name';

/** One exposure in a short list on the page of its asset: what, where, how urgent. */
export function ExposureLine({ row }: { row: ExposureRow }) {
  return (
    <div className="stack">
      <Link to="/exposures/$id" params={{ id: String(row.id) }} className="wrap">
        <Name text={row.title} />
      </Link>
      <span className="row small soft">
        {row.status === 'open' ? <Level band={row.band} /> : <span className="tag">{words(row.status)}</span>}
        {row.status === 'open' && <span>{row.priority === null ? 'not scored' : `score ${points(row.priority)}`}</span>}
        {row.locus !== '' && <span className="wrap">{locus(row.locus)}</span>}
        <span className="mono">{row.weakness}</span>
      </span>
    </div>
  );
}
