import type { Feed } from '../api/types';

/** Whether a feed can be relied on, as a word. */
export function FeedState({ feed }: { feed: Feed }) {
  if (feed.loaded_at === null && !feed.sync?.error) return <span className="tag warn">never loaded</span>;
  if (feed.sync?.error) return <span className="tag warn">last sync failed</span>;
  if (!feed.complete) return <span className="tag warn">incomplete</span>;
  if (feed.stale) return <span className="tag warn">old</span>;
  return <span className="tag good">current</span>;
}
