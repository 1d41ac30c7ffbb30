import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
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
import { plural } from '../../lib/format';
import { useKeys, useMedia } from '../../lib/hooks';
import { assetColumns } from './columns';

/** The fields of the query language that speak of assets. */
const assetFields = ['asset', 'kind', 'reach', 'criticality', 'data', 'scope', 'network', 'unknown', 'first_seen', 'last_seen', 'demo'];

/** The inventory. */
export function AssetsPage() {
  const search = useSearch({ from: '/shell/assets' });
  const navigate = useNavigate();
  const narrow = useMedia('(max-width: 800px)');
  const q = search.q ?? '';
  const sort = search.sort ?? '-top_priority';
  const list = useInfiniteQuery(queries.assets(q, sort));
  const facets = useQuery(queries.assetFacets(q));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? 0;
  const [active, setActive] = useState(-1);
  useEffect(() => setActive(-1), [q, sort]);
  const go = (change: { q?: string; sort?: string }) => void navigate({ to: '/assets', search: { q, sort, ...change } });
  const { fetchNextPage, isFetchingNextPage } = list;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  useKeys((action) => {
    const row = rows[active];
    if (action.kind === 'next') setActive(Math.min(active + 1, rows.length - 1));
    else if (action.kind === 'previous') setActive(Math.max(active - 1, 0));
    else if (action.kind === 'open' && row) void navigate({ to: '/assets/$id', params: { id: String(row.id) } });
    else return false;
    return true;
  });
  const bad = list.error instanceof ApiError && list.error.code === 'bad_query';
  const failure = list.error && !bad ? <Failure error={list.error} retry={() => void list.refetch()} /> : null;
  const side = facets.data && <Facets facets={facets.data.facets} query={q} onApply={(next) => go({ q: next })} />;
  return (
    <Page title="Assets" wide lead={list.data ? `${plural(total, 'asset')} ${q === '' ? 'known' : 'match'}` : undefined}>
      <QueryBox value={q} onApply={(next) => go({ q: next })} label="Query assets" error={list.error} only={assetFields} placeholder="Words, or a field: kind:host reach:internet unknown:criticality" />
      <div className={narrow ? 'list-layout plain' : 'list-layout'}>
        {narrow ? (
          <details>
            <summary className="btn">Filters</summary>
            {side}
          </details>
        ) : (
          <aside className="side" aria-label="Filters">
            {side ?? (facets.isPending ? <Skeleton /> : null)}
          </aside>
        )}
        <div className="stack list-main" aria-busy={list.isFetching}>
          {failure}
          {bad && (
            <Empty title="This query cannot be read" action={<button type="button" className="btn" onClick={() => go({ q: '' })}>Show all assets</button>}>
              The box above marks the place, and offers fields and their values while you type. Words without a field look everywhere.
            </Empty>
          )}
          {list.isPending && !list.error && <Skeleton lines={12} />}
          {list.data && total > 0 && (
            <DataTable
              label="Assets"
              name="assets"
              rows={rows}
              total={total}
              columns={assetColumns}
              sort={sort}
              onSort={(next) => go({ sort: next })}
              active={active}
              onActive={setActive}
              rowLabel={(row) => row.name}
              more={list.hasNextPage}
              onMore={onMore}
            />
          )}
          {list.data && total === 0 && q === '' && (
            <Empty title="No assets yet" action={<Begin />}>
              Hosts, web applications, repositories, images: they appear when a report or a collector speaks of them.
            </Empty>
          )}
          {list.data && total === 0 && q !== '' && (
            <Empty title="Nothing matches" action={<button type="button" className="btn" onClick={() => go({ q: '' })}>Show all assets</button>}>
              No asset matches <code className="wrap">{q}</code>.
            </Empty>
          )}
        </div>
      </div>
    </Page>
  );
}
