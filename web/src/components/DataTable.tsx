import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useMedia } from '../lib/hooks';
import { usePreferences } from '../lib/preferences';
import { has, type Selection } from '../lib/selection';
import { Icon } from './Icon';

export interface Column<T> {
  key: string;
  label: string;
  /** The field to sort by; the first click sorts from high to low where `down` is set. */
  sort?: string;
  down?: boolean;
  cell: (row: T) => ReactNode;
}

interface Props<T extends { id: number }> {
  label: string;
  /** Names the grid's columns in CSS. */
  name: string;
  rows: T[];
  total: number;
  columns: Column<T>[];
  sort: string;
  onSort: (sort: string) => void;
  active: number;
  onActive: (index: number) => void;
  rowLabel: (row: T) => string;
  selection?: Selection;
  onSelect?: (index: number, range: boolean) => void;
  onSelectAll?: () => void;
  more: boolean;
  onMore: () => void;
}

/** A list of any length: only the rows in sight exist, the next page is fetched before the end comes into sight. */
export function DataTable<T extends { id: number }>(props: Props<T>) {
  const { rows, columns, active, onActive, selection, onSelect, more, onMore, name } = props;
  const { density } = usePreferences();
  const narrow = useMedia('(max-width: 800px)');
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (narrow ? 118 : density === 'compact' ? 36 : 58),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
    scrollMargin: margin,
    scrollPaddingStart: narrow ? 96 : 48,
    scrollPaddingEnd: 80,
  });
  useEffect(() => virtual.measure(), [virtual, density, narrow]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 20) onMore();
  }, [more, last, rows.length, onMore]);

  // Keys move the active row: it is scrolled into sight and takes the focus, unless the focus is in a text field.
  const moved = useRef(active);
  useEffect(() => {
    if (moved.current === active || active < 0) return;
    moved.current = active;
    virtual.scrollToIndex(active, { align: 'auto' });
    const focus = () => body.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
    focus();
    const frame = requestAnimationFrame(focus);
    return () => cancelAnimationFrame(frame);
  }, [active, virtual]);

  const all = selection?.kind === 'all' || (selection !== undefined && rows.length > 0 && rows.every((row) => has(selection, row.id)));
  return (
    <div className={`data ${name} ${density}`} role="grid" aria-label={props.label} aria-rowcount={props.total + 1} aria-multiselectable={selection ? true : undefined}>
      <div className="head" role="rowgroup">
        <div className="tr" role="row" aria-rowindex={1}>
          {selection && (
            <div className="c-select" role="columnheader">
              <input type="checkbox" aria-label="Select every row that is loaded" checked={all} onChange={() => props.onSelectAll?.()} />
            </div>
          )}
          {columns.map((column) => (
            <Head key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      <div ref={body} className="body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const chosen = selection ? has(selection, row.id) : false;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={item.index === active ? 'tr active' : 'tr'}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={selection ? chosen : undefined}
              tabIndex={item.index === Math.max(active, 0) ? 0 : -1}
              style={{ transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
              onFocus={() => {
                moved.current = item.index;
                onActive(item.index);
              }}
            >
              {selection && (
                <div className="c-select" role="gridcell">
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={`Select ${props.rowLabel(row)}`}
                    checked={chosen}
                    onChange={() => undefined}
                    onClick={(event) => onSelect?.(item.index, event.shiftKey)}
                  />
                </div>
              )}
              {columns.map((column) => (
                <div key={column.key} className={`c-${column.key}`} role="gridcell">
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort: string; onSort: (sort: string) => void }) {
  const field = column.sort;
  if (!field) {
    return (
      <div className={`c-${column.key}`} role="columnheader">
        {column.label}
      </div>
    );
  }
  const up = sort === field;
  const down = sort === `-${field}`;
  const next = up ? `-${field}` : down ? field : column.down ? `-${field}` : field;
  return (
    <div className={`c-${column.key}`} role="columnheader" aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <button type="button" className="sort" onClick={() => onSort(next)}>
        {column.label}
        {(up || down) && <Icon name={up ? 'up' : 'down'} size={10} />}
      </button>
    </div>
  );
}
