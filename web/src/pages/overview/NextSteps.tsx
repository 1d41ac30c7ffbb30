import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/types';
import { Level } from '../../components/Level';
import { locus, points } from '../../lib/format';
import { Name } from '../../components/Name';

/** What to do, in plain words, then why, then the identifiers. */
export function NextSteps({ next }: { next: Overview['next'] }) {
  if (next.length === 0) return <p className="soft">Nothing is open that asks for action. What no tool has looked at is not in this list.</p>;
  return (
    <ol className="next">
      {next.map(({ exposure, why, action }, index) => (
        <li key={exposure.id}>
          <span className="rank" aria-hidden="true">
            {index + 1}
          </span>
          <div className="stack">
            <h3 className="wrap">
              <Link to="/exposures/$id" params={{ id: String(exposure.id) }}>
                <Name text={action ?? exposure.title} />
              </Link>
            </h3>
            <p className="wrap">
              {action === null ? 'On' : <><Name text={exposure.title} /> on</>}{' '}
              <Link to="/assets/$id" params={{ id: String(exposure.asset_id) }} className="inline-link">
                <Name text={exposure.asset} />
              </Link>
              {exposure.locus !== '' && <>, {locus(exposure.locus)}</>}.{action === null && <> No source says in words how to fix it.</>}
            </p>
            <p className="wrap soft">{why}</p>
            <p className="row small soft">
              <Level band={exposure.band} />
              <span>score {exposure.priority === null ? 'unknown' : points(exposure.priority)}</span>
              <Name text={exposure.weakness} />
              {exposure.owner !== null && (
                <span>
                  owner <Name text={exposure.owner} />
                </span>
              )}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
