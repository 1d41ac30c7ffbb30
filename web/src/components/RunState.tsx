import type { Run } from '../api/types';
import { words } from '../lib/format';

const kinds: Record<string, string> = { done: 'good', finished: 'good', succeeded: 'good', complete: 'good', completed: 'good', failed: 'bad', interrupted: 'bad', partial: 'warn', cancelled: 'warn', canceled: 'warn' };

/** How a run ended. One with gaps says so: it did not look everywhere. */
export function RunState({ run }: { run: Run }) {
  return (
    <span className="row">
      <span className={`tag ${kinds[run.state] ?? 'strong'}`}>{words(run.state)}</span>
      {run.gaps > 0 && <span className="tag warn">{run.gaps === 1 ? '1 gap' : `${run.gaps} gaps`}</span>}
      {run.rejected > 0 && <span className="tag warn">{run.rejected} rejected</span>}
    </span>
  );
}
