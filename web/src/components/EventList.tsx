import type { Event } from '../api/types';
import { actor } from '../lib/format';
import { About } from './About';
import { Time } from './Time';

/** Lines of the event log, newest first, each leading to what it tells of. */
export function EventList({ events, none }: { events: Event[]; none: string }) {
  if (events.length === 0) return <p className="soft">{none}</p>;
  return (
    <ol className="timeline events">
      {[...events].sort((a, b) => b.at.localeCompare(a.at)).map((event) => (
        <li key={event.seq}>
          <About at={event} text={event.text} />
          <span className="soft small">
            <Time at={event.at} />
            {event.actor && <> by {actor(event.actor)}</>}
          </span>
        </li>
      ))}
    </ol>
  );
}
