import { useEffect, useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/types';
import { About } from '../../components/About';
import { Name } from '../../components/Name';
import { Time } from '../../components/Time';
import { changesOf, type Change } from '../../lib/changes';
import { actor, count, plural } from '../../lib/format';
import { lastSeen, markSeen } from '../../lib/seen';

/** So many lines are shown, and so many runs of a line that opens. */
const few = 8;
const most = 50;

/** What each run, person and feed did; what came since this browser last showed it is marked. */
export function Changes({ since }: { since: Overview['since'] }) {
  const [seen] = useState(lastSeen);
  const [all, setAll] = useState(false);
  const changes = changesOf(since);
  const latest = Math.max(0, ...changes.map((change) => change.seq));
  useEffect(() => markSeen(latest), [latest]);
  const isNew = (change: Change) => seen !== null && change.seq > seen;
  const fresh = changes.filter(isNew).length;
  if (changes.length === 0) return <p className="soft">Nothing changed.</p>;
  return (
    <>
      <Sums since={since} />
      {fresh > 0 && <p className="soft">{fresh === 1 ? 'One line is' : `${fresh} lines are`} new since you last looked.</p>}
      <ol className="timeline events">
        {changes.slice(0, all ? changes.length : few).map((change) => (
          <li key={change.key}>
            <Line change={change} fresh={isNew(change)} />
          </li>
        ))}
      </ol>
      {!all && changes.length > few && (
        <div>
          <button type="button" className="btn" onClick={() => setAll(true)}>
            Show {plural(changes.length - few, 'more line', 'more lines')}
          </button>
        </div>
      )}
    </>
  );
}

/** What all of it comes to, by what is known of exposures. */
function Sums({ since: { opened, fixed, reopened, more } }: { since: Overview['since'] }) {
  const sums = [[fixed, 'proven fixed'], [reopened, 'came back']] as const;
  const others = sums.filter(([value]) => value > 0).map(([value, what]) => `${count(value)} ${what}`);
  return (
    <p>
      {opened > 0 && (
        <>
          <Link to="/exposures" search={{ q: 'opened:<24h' }} className="inline-link">
            {count(opened)} opened
          </Link>
          {others.length > 0 && ', '}
        </>
      )}
      {opened === 0 && others.length === 0 ? 'No exposure was opened or closed' : others.join(', ')}.{' '}
      <Link to="/runs" className="inline-link">
        All runs
      </Link>
      {more && <span className="soft"> More happened than is told here: the numbers are lower bounds, and older runs are in their list.</span>}
    </p>
  );
}

function Line({ change, fresh }: { change: Change; fresh: boolean }) {
  const mark = fresh && <span className="tag strong">new</span>;
  const when = (
    <span className="soft small">
      <Time at={change.at} /> by {actor(change.by)}
    </span>
  );
  if (change.of.length === 0) {
    return (
      <>
        <span>
          {mark} <About at={change} text={change.text} />
        </span>
        {when}
      </>
    );
  }
  return (
    <>
      <details>
        <summary>
          {mark} <Name text={change.text} most={160} />
        </summary>
        <ul className="stack tight small">
          {change.of.slice(0, most).map((one) => (
            <li key={one.key}>
              <About at={one} text={one.text} />
            </li>
          ))}
          {change.of.length > most && (
            <li>
              and {plural(change.of.length - most, 'more', 'more')}: <Link to="/runs">all runs</Link>
            </li>
          )}
        </ul>
      </details>
      {when}
    </>
  );
}
