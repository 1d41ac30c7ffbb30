import type { Probability } from '../api/types';
import { percent } from '../lib/format';

/** A probability within 30 days, with the interval that what is unknown leaves open. */
export function Chance({ of }: { of: Probability }) {
  const exact = of.high - of.low < 0.0005;
  return (
    <span className="chance">
      <strong>{percent(of.value)}</strong>
      {!exact && (
        <span className="small soft">
          {' '}
          <span className="nowrap">
            ({percent(of.low)} to {percent(of.high)})
          </span>
        </span>
      )}
    </span>
  );
}
