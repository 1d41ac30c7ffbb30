import { memo, type Ref } from 'react';
import type { Column } from './DataTable';

interface Props<T> {
  row: T;
  index: number;
  /** Pixels from the top of the table. */
  top: number;
  columns: Column<T>[];
  label: string;
  active: boolean;
  /** Whether the Tab key stops at it: one row of the table does. */
  tabStop: boolean;
  /** Null where rows cannot be chosen. */
  chosen: boolean | null;
  measure: Ref<HTMLDivElement>;
  onFocus: (index: number) => void;
  onSelect: (index: number, range: boolean) => void;
}

function Row<T>({ row, index, top, columns, label, active, tabStop, chosen, measure, onFocus, onSelect }: Props<T>) {
  return (
    <div
      ref={measure}
      data-index={index}
      className={active ? 'tr active' : 'tr'}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen ?? undefined}
      tabIndex={tabStop ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => onFocus(index)}
    >
      {chosen !== null && (
        <div className="c-select" role="gridcell">
          <input type="checkbox" tabIndex={-1} aria-label={`Select ${label}`} checked={chosen} onChange={() => undefined} onClick={(event) => onSelect(index, event.shiftKey)} />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.key} className={`c-${column.key}`} role="gridcell">
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

/** One row of a DataTable. It renders again only when something of its own changed: scrolling moves dozens of them. */
export const DataRow = memo(Row) as typeof Row;
