import { Link } from '@tanstack/react-router';
import type { Event } from '../api/types';
import { actor } from '../lib/format';
import { Time } from './Time';
import { Name } from './Name';

/** Lines of the event log, newest first, each leading to what it tells of. */
export function EventList({ events, none, seen = null }: { events: Event[]; none: string; seen?: number | null }) {
  if (events.length === 0) return <p className="soft">{none}</p>;
  return (
    <ol className="timeline events">
      {[...events].sort((a, b) => b.at.localeCompare(a.at)).map((event) => (
        <li key={event.seq}>
          <span>
            {seen !== null && event.seq > seen && <span className="tag strong">new</span>} <EventText event={event} />
          </span>
          <span className="soft small">
            <Time at={event.at} />
            {event.actor && <> by {actor(event.actor)}</>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function EventText({ event }: { event: Event }) {
  const text = <Name text={event.text} most={160} />;
  if (event.exposure !== null && event.exposure !== undefined) return <Link to="/exposures/$id" params={{ id: String(event.exposure) }}>{text}</Link>;
  if (event.run !== null && event.run !== undefined) return <Link to="/runs/$id" params={{ id: String(event.run) }}>{text}</Link>;
  if (event.asset !== null && event.asset !== undefined) return <Link to="/assets/$id" params={{ id: String(event.asset) }}>{text}</Link>;
  return text;
}
