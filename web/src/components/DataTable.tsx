import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useMedia } from '../lib/hooks';
import { usePreferences } from '../lib/preferences';
import { has, type Selection } from '../lib/selection';
import { DataRow } from './DataRow';
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
  const { rows, columns, active, selection, more, onMore, name } = props;
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

  // Rows get handlers that never change, so that scrolling renders none of them again.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const onRowFocus = useCallback((index: number) => {
    moved.current = index;
    latest.current.onActive(index);
  }, []);
  const onRowSelect = useCallback((index: number, range: boolean) => latest.current.onSelect?.(index, range), []);

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
          return (
            <DataRow
              key={item.key}
              row={row}
              index={item.index}
              top={item.start - virtual.options.scrollMargin}
              columns={columns}
              label={props.rowLabel(row)}
              active={item.index === active}
              tabStop={item.index === Math.max(active, 0)}
              chosen={selection ? has(selection, row.id) : null}
              measure={virtual.measureElement}
              onFocus={onRowFocus}
              onSelect={onRowSelect}
            />
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
