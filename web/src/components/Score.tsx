import { points } from '../lib/format';

interface Props {
  value: number | null;
  low: number | null;
  high: number | null;
  big?: boolean;
}

/** A score of 0 to 100 with the interval in which it may lie. */
export function Score({ value, low, high, big = false }: Props) {
  const wide = low !== null && high !== null && high - low >= 1;
  const words = value === null ? 'Score unknown' : `Score ${points(value)} of 100${wide ? `, between ${points(low)} and ${points(high)} with what is known` : ''}`;
  const width = big ? 160 : 48;
  const at = (score: number) => (Math.max(0, Math.min(100, score)) / 100) * width;
  return (
    <span className={big ? 'score big' : 'score'} title={words}>
      <span className="visually-hidden">{words}</span>
      <strong aria-hidden="true">{value === null ? '–' : points(value)}</strong>
      <svg className="range" width={width} height={big ? 8 : 4} viewBox={`0 0 ${width} 4`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="base" width={width} height="4" />
        {low !== null && high !== null && <rect className="span" x={at(low)} width={Math.max(1, at(high) - at(low))} height="4" />}
        {value !== null && <rect className="mark" x={Math.max(0, at(value) - 1)} width="2" height="4" />}
      </svg>
      {big && wide && (
        <span className="small soft" aria-hidden="true">
          {points(low)} to {points(high)}
        </span>
      )}
    </span>
  );
}
