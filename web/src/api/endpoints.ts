import { http, setCsrf, url } from './http';
import type * as T from './types';

async function keepCsrf(call: Promise<T.Session>): Promise<T.Session> {
  const session = await call;
  setCsrf(session.csrf);
  return session;
}

export interface ListInput {
  q?: string | undefined;
  sort?: string | undefined;
  limit?: number | undefined;
  after?: string | null | undefined;
}

const listQuery = ({ q, sort, limit, after }: ListInput) => ({ q, sort, limit, after });

/** Every call that the UI makes, one line each: the only place that knows paths. */
export const api = {
  setup: (signal?: AbortSignal) => http.get<{ needed: boolean }>('/setup', undefined, signal),
  completeSetup: (body: { token: string; name: string; password: string }) => keepCsrf(http.post<T.Session>('/setup', body)),
  session: (signal?: AbortSignal) => keepCsrf(http.get<T.Session>('/session', undefined, signal)),
  signIn: (body: { name: string; password: string }) => keepCsrf(http.post<T.Session>('/session', body)),
  signOut: () => http.del('/session'),
  changePassword: (body: { current: string; new: string }) => keepCsrf(http.post<T.Session>('/session/password', body)),

  overview: (signal?: AbortSignal) => http.get<T.Overview>('/overview', undefined, signal),

  exposures: (input: ListInput, signal?: AbortSignal) => http.get<T.List<T.ExposureRow>>('/exposures', listQuery(input), signal),
  exposureFacets: (q: string, signal?: AbortSignal) => http.get<{ facets: T.Facet[] }>('/exposures/facets', { q }, signal),
  exposure: (id: number, signal?: AbortSignal) => http.get<T.Exposure>(`/exposures/${id}`, undefined, signal),
  comment: (id: number, text: string) => http.post<T.Comment>(`/exposures/${id}/comments`, { text }),
  exportUrl: (q: string, format: 'csv' | 'json') => url('/exposures/export', { q, format }),

  previewDecision: (body: T.DecisionInput) => http.post<T.DecisionPreview>('/decisions/preview', body),
  decide: (body: T.DecisionInput) => http.post<{ decision: T.Decision; count: number }>('/decisions', body),
  undoDecision: (id: number) => http.del(`/decisions/${id}`),

  assets: (input: ListInput, signal?: AbortSignal) => http.get<T.List<T.AssetRow>>('/assets', listQuery(input), signal),
  assetFacets: (q: string, signal?: AbortSignal) => http.get<{ facets: T.Facet[] }>('/assets/facets', { q }, signal),
  asset: (id: number, signal?: AbortSignal) => http.get<T.Asset>(`/assets/${id}`, undefined, signal),
  editAsset: (id: number, body: { reach?: string; criticality?: string | null; data?: string[] }) => http.patch<T.Asset>(`/assets/${id}`, body),
  mergeAsset: (id: number, body: { other: number; reason: string }) => http.post<T.Asset>(`/assets/${id}/merge`, body),
  splitMerge: (id: number) => http.post<T.Asset>(`/merges/${id}/split`),

  runs: (input: ListInput, signal?: AbortSignal) => http.get<T.List<T.Run>>('/runs', { limit: input.limit, after: input.after }, signal),
  run: (id: number, signal?: AbortSignal) => http.get<T.RunDetail>(`/runs/${id}`, undefined, signal),
  cancelRun: (id: number) => http.post<null>(`/imports/${id}/cancel`),
  discoverHost: () => http.post<{ run: number | T.Run }>('/discover/host'),
  importUrl: (input: { name: string; format?: string; scope?: string }) => url('/imports', input),
  formats: (signal?: AbortSignal) => http.get<T.Format[]>('/formats', undefined, signal),

  feeds: (signal?: AbortSignal) => http.get<{ feeds: T.Feed[] }>('/feeds', undefined, signal),
  feedUrl: (name: string) => url('/feeds', { name }),

  scopes: (signal?: AbortSignal) => http.get<T.Scope[]>('/scopes', undefined, signal),
  saveScope: (id: number | null, body: Partial<T.Scope>) => (id === null ? http.post<T.Scope>('/scopes', body) : http.patch<T.Scope>(`/scopes/${id}`, body)),
  removeScope: (id: number) => http.del(`/scopes/${id}`),
  users: (signal?: AbortSignal) => http.get<T.User[]>('/users', undefined, signal),
  addUser: (body: { name: string; password: string; role: T.Role }) => http.post<T.User>('/users', body),
  editUser: (id: number, body: { role?: T.Role; disabled?: boolean; password?: string }) => http.patch<T.User>(`/users/${id}`, body),
  removeUser: (id: number) => http.del(`/users/${id}`),
  tokens: (signal?: AbortSignal) => http.get<T.Token[]>('/tokens', undefined, signal),
  addToken: (body: { name: string; role?: T.Role; expires?: string }) => http.post<T.Token>('/tokens', body),
  removeToken: (id: number) => http.del(`/tokens/${id}`),
  views: (signal?: AbortSignal) => http.get<T.SavedView[]>('/views', undefined, signal),
  addView: (body: { name: string; query: string; sort: string }) => http.post<T.SavedView>('/views', body),
  removeView: (id: number) => http.del(`/views/${id}`),
  queryFields: (signal?: AbortSignal) => http.get<T.QueryField[]>('/query/fields', undefined, signal),
  removeDemo: () => http.del('/demo'),
};
