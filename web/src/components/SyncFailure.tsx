import type { Feed } from '../api/types';
import { Time } from './Time';

/** That a feed could not be fetched the last time, when, and why; nothing where it could. */
export function SyncFailure({ feed }: { feed: Feed }) {
  if (!feed.sync?.error) return null;
  return (
    <p className="small wrap">
      Last sync failed (<Time at={feed.sync.tried_at} />): {feed.sync.error}
    </p>
  );
}
