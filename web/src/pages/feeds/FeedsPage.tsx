import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import type { Feed } from '../../api/types';
import { Empty } from '../../components/Empty';
import { FeedState } from '../../components/FeedState';
import { Icon } from '../../components/Icon';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { Ref } from '../../components/Ref';
import { SyncFailure } from '../../components/SyncFailure';
import { Time } from '../../components/Time';
import { plural, sentence } from '../../lib/format';
import { useMay } from '../../lib/session';
import { LoadFeed } from './LoadFeed';
import { SyncFeeds } from './SyncFeeds';

/** What the world knows: how old it is here, and whether it came whole. */
export function FeedsPage() {
  const feeds = useQuery(queries.feeds());
  const may = useMay('admin');
  return (
    <Page title="Feeds" lead="Scores rest on what is publicly known: which weaknesses are exploited, how likely others are, which versions are affected. Old or incomplete knowledge is shown, never hidden.">
      {may && feeds.data?.can_sync && <SyncFeeds />}
      {may && <LoadFeed />}
      <Query of={feeds}>
        {(data) =>
          data.feeds.length === 0 ? (
            <Empty title="No feed is known">The server names none. Load one with the command line: “bartizan feeds load PATH”.</Empty>
          ) : (
            <>
              <FeedRows title="Scores and matches rest on these" feeds={data.feeds.filter((feed) => feed.scored)} />
              <FeedRows title="Things are looked up in these" feeds={data.feeds.filter((feed) => !feed.scored)} />
            </>
          )
        }
      </Query>
    </Page>
  );
}

function FeedRows({ title, feeds }: { title: string; feeds: Feed[] }) {
  if (feeds.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="stack loose">
        {feeds.map((feed) => (
          <FeedRow key={feed.name} feed={feed} />
        ))}
      </ul>
    </Section>
  );
}

function FeedRow({ feed }: { feed: Feed }) {
  return (
    <li className="section">
      <div className="stack">
        <span className="row">
          <h3>{feed.title}</h3>
          <FeedState feed={feed} />
        </span>
        <p>{sentence(feed.about)}</p>
        <p className="soft">
          {feed.loaded_at === null ? (
            feed.scored ? 'Never loaded: what it would tell is unknown, and scores are less certain.' : 'Never loaded: what it would tell is unknown. No score rests on it.'
          ) : (
            <>
              {plural(feed.records, 'record')} as of <Time at={feed.as_of} none="an unknown day" />, loaded <Time at={feed.loaded_at} />
            </>
          )}
        </p>
        <details>
          <summary className="small">Where {feed.title} is published</summary>
          <ul className="stack small">
            {feed.addresses.map((address) => (
              <li key={address}>
                <Ref address={address} />
              </li>
            ))}
          </ul>
        </details>
      </div>
      {feed.sync?.error && (
        <div className="note warn">
          <Icon name="info" />
          <SyncFailure feed={feed} />
        </div>
      )}
      {feed.problems.length > 0 && (
        <ul className="stack">
          {feed.problems.map((problem) => (
            <li key={problem} className="note warn">
              <Icon name="info" />
              <div>{problem}</div>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
