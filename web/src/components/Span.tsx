import { day } from '../lib/format';
import { Time } from './Time';

/** From one day to another; one day where they are the same. */
export function Span({ from, to }: { from: string; to: string }) {
  return (
    <>
      <Time at={from} style="day" />
      {day(from) !== day(to) && (
        <>
          {' '}
          to <Time at={to} style="day" />
        </>
      )}
    </>
  );
}
