import { Link } from '@tanstack/react-router';
import type { Feed, Run } from '../../api/types';
import { FeedState } from '../../components/FeedState';
import { RunState } from '../../components/RunState';
import { SyncFailure } from '../../components/SyncFailure';
import { Time } from '../../components/Time';
import { fileOf, plural } from '../../lib/format';
import { Name } from '../../components/Name';

/** The age of what the scores rest on, and whether the last runs looked everywhere. */
export function Health({ feeds, runs, hosts }: { feeds: Feed[]; runs: Run[]; hosts: number }) {
  return (
    <div className="stack loose">
      <ul className="stack" aria-label="Feeds">
        {feeds.length === 0 && (
          <li className="soft">
            No feed is loaded, so nothing is known of what attackers use. <Link to="/feeds">Load one</Link>.
          </li>
        )}
        {feeds.map((feed) => (
          <li key={feed.name}>
            <div className="between">
              <Link to="/feeds">{feed.title}</Link>
              <span className="row small soft">
                {feed.loaded_at !== null && <Time at={feed.as_of} none="no date" />}
                <FeedState feed={feed} />
              </span>
            </div>
            <SyncFailure feed={feed} />
          </li>
        ))}
      </ul>
      <p>
        {hosts === 0 ? (
          <span className="soft">
            No host’s own configuration was read. <Link to="/runs">Look at this one</Link>.
          </span>
        ) : (
          <>The configuration of {plural(hosts, 'host')} was read.</>
        )}
      </p>
      <ul className="stack" aria-label="Last runs">
        {runs.slice(0, 5).map((run) => (
          <li key={run.id} className="between">
            <Link to="/runs/$id" params={{ id: String(run.id) }} className="wrap">
              <span title={run.label}>
                <Name text={fileOf(run.label)} />
              </span>
              {run.source && <> ({run.source})</>}
            </Link>
            <span className="row small soft">
              <Time at={run.finished_at ?? run.started_at} />
              <RunState run={run} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
