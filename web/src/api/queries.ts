import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type ListInput } from './endpoints';
import type { List, Run } from './types';

/** What is fetched, under which key. Keys begin with the noun, so that an event can invalidate a noun. */
export const queries = {
  setup: () => queryOptions({ queryKey: ['setup'], queryFn: ({ signal }) => api.setup({ signal }), staleTime: Infinity }),
  session: () => queryOptions({ queryKey: ['session'], queryFn: ({ signal }) => api.session({ signal }), staleTime: Infinity, retry: false }),
  overview: () => queryOptions({ queryKey: ['overview'], queryFn: ({ signal }) => api.overview({ signal }) }),

  exposures: (q: string, sort: string) =>
    infiniteQueryOptions({
      queryKey: ['exposures', 'list', q, sort],
      queryFn: ({ pageParam, signal }) => api.exposures({ q, sort, limit: 100, after: pageParam }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
      // Rows do not move by themselves: a pill offers the news (see useNews).
      staleTime: Infinity,
      gcTime: 60_000,
    }),
  exposureHead: (q: string, sort: string) =>
    queryOptions({ queryKey: ['exposures', 'head', q, sort], queryFn: ({ signal }) => api.exposures({ q, sort, limit: 1 }, { signal }), staleTime: Infinity }),
  exposureFacets: (q: string) =>
    queryOptions({ queryKey: ['exposures', 'facets', q], queryFn: ({ signal }) => api.exposureFacets(q, { signal }), placeholderData: keepPreviousData }),
  exposure: (id: number) => queryOptions({ queryKey: ['exposures', 'one', id], queryFn: ({ signal }) => api.exposure(id, { signal }) }),
  alike: () =>
    infiniteQueryOptions({
      queryKey: ['exposures', 'alike'],
      queryFn: ({ pageParam, signal }) => api.alike(pageParam, { signal }),
      initialPageParam: null as number | null,
      getNextPageParam: (page) => page.next,
    }),
  together: (id: number) => queryOptions({ queryKey: ['exposures', 'together', id], queryFn: ({ signal }) => api.together(id, { signal }) }),

  attack: () => queryOptions({ queryKey: ['attack', 'summary'], queryFn: ({ signal }) => api.attack({ signal }) }),
  attackByExposure: (id: number) => queryOptions({ queryKey: ['attack', 'exposure', id], queryFn: ({ signal }) => api.attackByExposure(id, { signal }) }),
  attackOnAsset: (id: number) => queryOptions({ queryKey: ['attack', 'asset', id], queryFn: ({ signal }) => api.attackOnAsset(id, { signal }) }),
  attackGraph: () => queryOptions({ queryKey: ['attack', 'graph'], queryFn: ({ signal }) => api.attackGraph({ signal }) }),
  attackSteps: (from?: string, to?: string) => queryOptions({ queryKey: ['attack', 'steps', from, to], queryFn: ({ signal }) => api.attackSteps(from, to, { signal }) }),
  plan: () => queryOptions({ queryKey: ['attack', 'plan'], queryFn: ({ signal }) => api.plan({ signal }) }),
  entries: () => queryOptions({ queryKey: ['attack', 'entries'], queryFn: ({ signal }) => api.entries({ signal }) }),
  attackCompared: (since: string) => queryOptions({ queryKey: ['attack', 'compared', since], queryFn: ({ signal }) => api.attackCompared(since, { signal }), placeholderData: keepPreviousData }),
  whatIf: (fixes: string[]) =>
    queryOptions({ queryKey: ['attack', 'whatif', fixes], queryFn: ({ signal }) => api.whatIf(fixes, { signal }), enabled: fixes.length > 0, placeholderData: keepPreviousData }),

  assets: (q: string, sort: string) =>
    infiniteQueryOptions({
      queryKey: ['assets', 'list', q, sort],
      queryFn: ({ pageParam, signal }) => api.assets({ q, sort, limit: 100, after: pageParam }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
      staleTime: Infinity,
      gcTime: 60_000,
    }),
  assetSearch: (q: string) => queryOptions({ queryKey: ['assets', 'search', q], queryFn: ({ signal }) => api.assets({ q, limit: 8 }, { signal }), enabled: q !== '' }),
  assetFacets: (q: string) =>
    queryOptions({ queryKey: ['assets', 'facets', q], queryFn: ({ signal }) => api.assetFacets(q, { signal }), placeholderData: keepPreviousData }),
  asset: (id: number) => queryOptions({ queryKey: ['assets', 'one', id], queryFn: ({ signal }) => api.asset(id, { signal }) }),

  runs: () =>
    infiniteQueryOptions({
      queryKey: ['runs', 'list'],
      queryFn: ({ pageParam, signal }) => api.runs({ limit: 50, after: pageParam }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
    }),
  run: (id: number) =>
    queryOptions({
      queryKey: ['runs', 'one', id],
      queryFn: ({ signal }) => api.run(id, { signal }),
      // The event stream tells when a run ends; between its events the bar should still move.
      refetchInterval: (query) => (isRunning(query.state.data?.state) ? 1_000 : false),
    }),
  /** The runs from the first to the last, by id: one question for all reports of many files. */
  runsBetween: (first: number, last: number) =>
    queryOptions({
      queryKey: ['runs', 'between', first, last],
      queryFn: ({ signal }) => runsDownTo(first, signal),
      enabled: last > 0,
      placeholderData: keepPreviousData,
      refetchInterval: (query) => ([...(query.state.data?.values() ?? [])].some((run) => isRunning(run.state)) ? 1_000 : false),
    }),
  networks: () => queryOptions({ queryKey: ['networks'], queryFn: ({ signal }) => api.networks({ signal }) }),
  formats: () => queryOptions({ queryKey: ['formats'], queryFn: ({ signal }) => api.formats({ signal }), staleTime: Infinity }),
  feeds: () => queryOptions({ queryKey: ['feeds'], queryFn: ({ signal }) => api.feeds({ signal }) }),
  scopes: () => queryOptions({ queryKey: ['scopes'], queryFn: ({ signal }) => api.scopes({ signal }) }),
  people: () => queryOptions({ queryKey: ['users', 'people'], queryFn: ({ signal }) => api.people({ signal }) }),
  users: () => queryOptions({ queryKey: ['users', 'all'], queryFn: ({ signal }) => api.users({ signal }) }),
  tokens: () => queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => api.tokens({ signal }) }),
  views: () => queryOptions({ queryKey: ['views'], queryFn: ({ signal }) => api.views({ signal }) }),
  queryFields: () => queryOptions({ queryKey: ['query-fields'], queryFn: ({ signal }) => api.queryFields({ signal }), staleTime: Infinity }),
};

async function runsDownTo(first: number, signal: AbortSignal): Promise<Map<number, Run>> {
  const found = new Map<number, Run>();
  let after: string | null = null;
  do {
    const page: List<Run> = await api.runs({ limit: 500, after }, { signal });
    for (const run of page.items) if (run.id >= first) found.set(run.id, run);
    after = page.items.some((run) => run.id < first) ? null : page.next;
  } while (after !== null);
  return found;
}

/** Whether a run is still at work. */
export function isRunning(state: string | undefined): boolean {
  return state === 'queued' || state === 'running' || state === 'pending';
}

export type { ListInput };
