import { count, plural } from '../../lib/format';
import { sizeOf, type Selection } from '../../lib/selection';

interface Props {
  selection: Selection;
  loaded: number;
  total: number;
  /** Not offered without a query: a decision about everything is a mistake. */
  onAll: (() => void) | null;
  onAssign: () => void;
  onDecide: () => void;
  onClear: () => void;
}

export function BulkBar({ selection, loaded, total, onAll, onAssign, onDecide, onClear }: Props) {
  const size = sizeOf(selection);
  return (
    <div className="bulk" role="region" aria-label="Selection">
      <strong aria-live="polite">{selection.kind === 'all' ? `All ${count(size)} that match` : `${plural(size, 'exposure')} selected`}</strong>
      {selection.kind === 'some' && size >= Math.min(loaded, total) && total > size && onAll && (
        <button type="button" className="link" onClick={onAll}>
          Select all {count(total)} that match the query
        </button>
      )}
      <button type="button" className="btn" onClick={onAssign}>
        Assign <kbd>a</kbd>
      </button>
      <button type="button" className="btn primary" onClick={onDecide}>
        Decide <kbd>d</kbd>
      </button>
      <button type="button" className="btn quiet" onClick={onClear}>
        Clear <kbd>Esc</kbd>
      </button>
    </div>
  );
}
