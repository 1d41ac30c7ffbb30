import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError } from '../../api/errors';
import { queries } from '../../api/queries';
import { Begin } from '../../components/Begin';
import { DataTable } from '../../components/DataTable';
import { Empty } from '../../components/Empty';
import { Facets } from '../../components/Facets';
import { Failure } from '../../components/Failure';
import { Page } from '../../components/Page';
import { QueryBox } from '../../components/QueryBox';
import { Skeleton } from '../../components/Skeleton';
import { matching, plural } from '../../lib/format';
import { useKeys, useMedia } from '../../lib/hooks';
import { usePreferences } from '../../lib/preferences';
import { addRange, flip, none, sizeOf, type Selection } from '../../lib/selection';
import { useMay } from '../../lib/session';
import { AssignDialog } from './AssignDialog';
import { BulkBar } from './BulkBar';
import { exposureColumns } from './columns';
import { DecideDialog } from './DecideDialog';
import { ExplainDialog } from './ExplainDialog';
import { ListTools } from './ListTools';
import { NewsPill } from './NewsPill';

/** What the list shows when the address asks for nothing: the work. */
const usual = 'status:open';

export function ExposuresPage() {
  const search = useSearch({ from: '/shell/exposures' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const mayChange = useMay('analyst');
  const { facets: showFacets } = usePreferences();
  const narrow = useMedia('(max-width: 800px)');
  const q = search.q ?? usual;
  const sort = search.sort ?? '-priority';

  const list = useInfiniteQuery(queries.exposures(q, sort));
  const facets = useQuery(queries.exposureFacets(q));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const total = list.data?.pages[0]?.total ?? 0;

  const [active, setActive] = useState(-1);
  const [selection, setSelection] = useState<Selection>(none);
  const [open, setOpen] = useState<'assign' | 'decide' | 'explain' | null>(null);
  const [anchor, setAnchor] = useState(0);
  useEffect(() => {
    setSelection(none);
    setActive(-1);
  }, [q, sort]);

  const go = (change: { q?: string; sort?: string }) => void navigate({ to: '/exposures', search: { q, sort, ...change } });
  const { fetchNextPage, isFetchingNextPage } = list;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const select = (index: number, range: boolean) => {
    const id = ids[index];
    if (id === undefined) return;
    setSelection(range ? addRange(selection, ids, anchor, index) : flip(selection, id, ids));
    setAnchor(index);
  };
  const current = rows[active];
  /** Opens a dialog about the selection; about the row under the keys where nothing is selected. */
  const change = (what: 'assign' | 'decide') => {
    if (!mayChange) return;
    if (sizeOf(selection) === 0 && current) setSelection({ kind: 'some', ids: new Set([current.id]) });
    if (sizeOf(selection) > 0 || current) setOpen(what);
  };
  const changed = () => {
    setOpen(null);
    setSelection(none);
    void refresh();
  };

  useKeys((action) => {
    switch (action.kind) {
      case 'next':
        setActive(Math.min(active + 1, rows.length - 1));
        return true;
      case 'previous':
        setActive(Math.max(active - 1, 0));
        return true;
      case 'first':
        setActive(0);
        return true;
      case 'last':
        setActive(rows.length - 1);
        return true;
      case 'select':
      case 'range':
        if (mayChange) select(active, action.kind === 'range');
        return active >= 0;
      case 'open':
        if (current) void navigate({ to: '/exposures/$id', params: { id: String(current.id) } });
        return current !== undefined;
      case 'assign':
      case 'decide':
        change(action.kind);
        return true;
      case 'explain':
        if (current) setOpen('explain');
        return current !== undefined;
      case 'clear':
        setSelection(none);
        return sizeOf(selection) > 0;
      default:
        return false;
    }
  });

  const refresh = async () => {
    await client.resetQueries({ queryKey: ['exposures', 'list', q, sort] });
    window.scrollTo({ top: 0 });
  };
  const bad = list.error instanceof ApiError && list.error.code === 'bad_query';
  const failure = list.error && !bad ? <Failure error={list.error} retry={() => void list.refetch()} /> : null;
  const side = facets.data && <Facets facets={facets.data.facets} query={q} onApply={(next) => go({ q: next })} />;

  return (
    <Page title="Exposures" wide lead={list.data ? q === '' ? `${plural(total, 'exposure')} in all` : matching(total, 'exposure') : undefined} actions={<ListTools q={q} sort={sort} total={total} onSort={(next) => go({ sort: next })} />}>
      <QueryBox value={q} onApply={(next) => go({ q: next })} label="Query exposures" error={list.error} />
      <div className={showFacets && !narrow ? 'list-layout' : 'list-layout plain'}>
        {narrow ? (
          <details>
            <summary className="btn">Filters</summary>
            {side}
          </details>
        ) : (
          showFacets && (
            <aside className="side" aria-label="Filters">
              {side ?? (facets.isPending ? <Skeleton /> : null)}
            </aside>
          )
        )}
        <div className="stack list-main" aria-busy={list.isFetching}>
          {failure}
          {bad && (
            <Empty title="This query cannot be read" action={<button type="button" className="btn" onClick={() => go({ q: usual })}>Show what is open</button>}>
              The box above marks the place, and offers fields and their values while you type. Words without a field look everywhere.
            </Empty>
          )}
          {list.data && <NewsPill q={q} sort={sort} total={total} first={ids[0]} onShow={() => void refresh()} />}
          {list.isPending && !list.error && <Skeleton lines={12} />}
          {list.data && total > 0 && (
            <DataTable
              label="Exposures"
              name="exposures"
              rows={rows}
              total={total}
              columns={exposureColumns}
              sort={sort}
              onSort={(next) => go({ sort: next })}
              active={active}
              onActive={setActive}
              rowLabel={(row) => `${row.title} on ${row.asset}`}
              {...(mayChange && {
                selection,
                onSelect: select,
                onSelectAll: () => setSelection(sizeOf(selection) > 0 ? none : { kind: 'some', ids: new Set(ids) }),
              })}
              more={list.hasNextPage}
              onMore={onMore}
            />
          )}
          {list.data && total === 0 && <Nothing q={q} onClear={() => go({ q: '' })} />}
          {sizeOf(selection) > 0 && (
            <BulkBar
              selection={selection}
              loaded={ids.length}
              total={total}
              onAll={q === '' ? null : () => setSelection({ kind: 'all', q, count: total })}
              onAssign={() => change('assign')}
              onDecide={() => change('decide')}
              onClear={() => setSelection(none)}
            />
          )}
        </div>
      </div>
      {open === 'assign' && <AssignDialog target={selection} onClose={() => setOpen(null)} onDone={changed} />}
      {open === 'decide' && <DecideDialog target={selection} onClose={() => setOpen(null)} onDone={changed} />}
      {open === 'explain' && current && <ExplainDialog row={current} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Nothing({ q, onClear }: { q: string; onClear: () => void }) {
  const everything = useQuery(queries.exposureHead('', '-priority')).data?.total;
  if (everything === 0) {
    return (
      <Empty title="No exposures yet" action={<Begin />}>
        An exposure is a weakness on something you own. Import the reports of the tools you have, or let Bartizan look at this host.
      </Empty>
    );
  }
  return (
    <Empty title="Nothing matches" action={<button type="button" className="btn" onClick={onClear}>Show {everything === undefined ? 'all exposures' : everything === 1 ? 'the one exposure' : `all ${plural(everything, 'exposure')}`}</button>}>
      No exposure matches <code className="wrap">{q}</code>. That says nothing about what no tool has looked at.
    </Empty>
  );
}
