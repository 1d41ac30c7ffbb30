import { severityStep } from '../lib/levels';
import { words } from '../lib/format';

/** What the sources report: bars and a word, without red, which is kept for "act now". */
export function Severity({ value }: { value: string }) {
  const step = severityStep(value);
  return (
    <span className="severity">
      <svg width="15" height="12" viewBox="0 0 15 12" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect key={bar} className={bar < step ? 'on' : 'off'} x={bar * 4} y={8 - bar * 2.6} width="3" height={4 + bar * 2.6} />
        ))}
      </svg>
      {words(value)}
    </span>
  );
}
