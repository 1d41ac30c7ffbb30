import { Link } from '@tanstack/react-router';
import type { Sighting } from '../../api/types';
import { Severity } from '../../components/Severity';
import { Span } from '../../components/Span';
import { Name } from '../../components/Name';

/** What each source says, in its own words: nothing here is overwritten by anybody. */
export function Sightings({ sightings }: { sightings: Sighting[] }) {
  if (sightings.length === 0) return <p className="soft">No source sees it.</p>;
  return (
    <ul className="stack loose">
      {sightings.map((sighting, index) => (
        <li key={`${sighting.source}-${sighting.raw_id ?? ''}-${index}`} className="stack">
          <div className="between">
            <span className="row">
              <strong>{sighting.source}</strong>
              <Severity value={sighting.severity} />
              {sighting.confidence && <span className="tag">{sighting.confidence} confidence</span>}
              {sighting.suppressed && <span className="tag warn">set aside by the tool</span>}
              {!sighting.present && <span className="tag good">looked again: gone</span>}
            </span>
            <span className="small soft">
              <Span from={sighting.first_seen} to={sighting.last_seen} />
              {sighting.run !== null && (
                <>
                  {' · '}
                  <Link to="/runs/$id" params={{ id: String(sighting.run) }}>
                    run {sighting.run}
                  </Link>
                </>
              )}
            </span>
          </div>
          <p className="wrap">
            <Name text={sighting.title} />
          </p>
          {(sighting.vantage || sighting.component || sighting.fixed_version || sighting.raw_id || sighting.line !== null) && (
            <p className="small soft wrap">
              {[sighting.vantage && `looking at ${sighting.vantage}`, sighting.component, sighting.fixed_version && `fixed in ${sighting.fixed_version}`, sighting.line !== null && `line ${sighting.line}`, sighting.raw_id && `its id: ${sighting.raw_id}`].filter(Boolean).join(' · ')}
            </p>
          )}
          {sighting.suppressed && (
            <p className="small soft wrap">
              {sighting.source} itself says “<Name text={sighting.suppressed} />”. That closes nothing here: decide, and it is set aside for good.
            </p>
          )}
          {sighting.evidence && (
            <details>
              <summary className="small">What it saw</summary>
              <pre className="small">{sighting.evidence}</pre>
            </details>
          )}
          {sighting.said && (
            <details>
              <summary className="small">What the tool said, word for word</summary>
              <pre className="small">{sighting.said}</pre>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
