import { useEffect, useState } from 'react';
import type { Event } from '../../api/types';
import { EventList } from '../../components/EventList';
import { lastSeen, markSeen } from '../../lib/seen';

const few = 8;

/** The latest lines of the log; those that came since this browser last showed them are marked. */
export function Changes({ events }: { events: Event[] }) {
  const [seen] = useState(lastSeen);
  const latest = Math.max(0, ...events.map((event) => event.seq));
  useEffect(() => markSeen(latest), [latest]);
  const fresh = seen === null ? 0 : events.filter((event) => event.seq > seen).length;
  return (
    <>
      {fresh > 0 && <p className="soft">{fresh === 1 ? 'One line is' : `${fresh} lines are`} new since you last looked.</p>}
      <EventList events={events.slice(0, few)} none="Nothing changed." seen={seen} />
    </>
  );
}
