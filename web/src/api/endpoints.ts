import { client, data, done, setCsrf, url } from './http';
import type * as T from './types';
import { upload } from './upload';

async function keepCsrf(call: Promise<T.Session>): Promise<T.Session> {
  const session = await call;
  setCsrf(session.csrf);
  return session;
}

export interface ListInput {
  q?: string;
  sort?: string;
  limit?: number;
  after?: string | null;
}

// A type, not an interface: the client asks for one that may hold more.
type Stop = { signal?: AbortSignal };

/** What is not asked for is left out of the address. */
function list({ q, sort, limit, after }: ListInput) {
  return { query: { ...(q && { q }), ...(sort && { sort }), ...(limit && { limit }), ...(after && { after }) } };
}

const one = (id: number) => ({ params: { path: { id } } });

/** Every call that the UI makes, one line each: the only place that knows paths. */
export const api = {
  setup: (stop: Stop = {}) => data(client.GET('/setup', stop)),
  completeSetup: (body: { token: string; name: string; password: string }) => keepCsrf(data(client.POST('/setup', { body }))),
  session: (stop: Stop = {}) => keepCsrf(data(client.GET('/session', stop))),
  signIn: (body: { name: string; password: string }) => keepCsrf(data(client.POST('/session', { body }))),
  signOut: () => done(client.DELETE('/session')),
  changePassword: (body: { current: string; new: string }) => keepCsrf(data(client.POST('/session/password', { body }))),

  overview: (stop: Stop = {}) => data(client.GET('/overview', stop)),

  exposures: (input: ListInput, stop: Stop = {}) => data(client.GET('/exposures', { params: list(input), ...stop })),
  exposureFacets: (q: string, stop: Stop = {}) => data(client.GET('/exposures/facets', { params: { query: { q } }, ...stop })),
  exposure: (id: number, stop: Stop = {}) => data(client.GET('/exposures/{id}', { ...one(id), ...stop })),
  comment: (id: number, text: string) => data(client.POST('/exposures/{id}/comments', { ...one(id), body: { text } })),
  together: (id: number, stop: Stop = {}) => data(client.GET('/exposures/{id}/together', { ...one(id), ...stop })),
  alike: (after: number | null, stop: Stop = {}) => data(client.GET('/exposures/alike', { params: { query: after === null ? {} : { after } }, ...stop })),
  confirmSame: (id: number, body: T.Word) => done(client.POST('/exposures/{id}/same', { ...one(id), body })),
  tellApart: (id: number, body: T.Word) => done(client.POST('/exposures/{id}/apart', { ...one(id), body })),
  exportUrl: (q: string, format: T.ExportFormat) => url('/exposures/export', { q, format }),

  previewDecision: (body: T.DecisionInput) => data(client.POST('/decisions/preview', { body })),
  decide: (body: T.DecisionInput) => data(client.POST('/decisions', { body })),
  people: (stop: Stop = {}) => data(client.GET('/people', stop)),
  previewAssignment: (body: T.AssignmentInput) => data(client.POST('/assignments/preview', { body })),
  assign: (body: T.AssignmentInput) => data(client.POST('/assignments', { body })),
  undoAssignment: (id: number) => data(client.DELETE('/assignments/{id}', one(id))),
  undoDecision: (id: number) => done(client.DELETE('/decisions/{id}', one(id))),

  attack: (stop: Stop = {}) => data(client.GET('/attack', stop)),
  attackByExposure: (id: number, stop: Stop = {}) => data(client.GET('/attack/exposures/{id}', { ...one(id), ...stop })),
  attackOnAsset: (id: number, stop: Stop = {}) => data(client.GET('/attack/assets/{id}', { ...one(id), ...stop })),
  attackGraph: (stop: Stop = {}) => data(client.GET('/attack/graph', stop)),
  attackSteps: (from: string | undefined, to: string | undefined, stop: Stop = {}) => data(client.GET('/attack/steps', { params: { query: { ...(from && { from }), ...(to && { to }) } }, ...stop })),
  plan: (stop: Stop = {}) => data(client.GET('/attack/plan', stop)),
  cut: (assets: number[]) => data(client.POST('/attack/cut', { body: { assets } })),
  whatIf: (fixes: string[], stop: Stop = {}) => data(client.POST('/attack/whatif', { body: { fixes }, ...stop })),
  entries: (stop: Stop = {}) => data(client.GET('/attack/entries', stop)),
  changeEntry: (entry: string, body: T.EntryChange) => data(client.PATCH('/attack/entries/{entry}', { params: { path: { entry } }, body })),
  resetEntry: (entry: string) => data(client.DELETE('/attack/entries/{entry}', { params: { path: { entry } } })),
  attackCompared: (since: string, stop: Stop = {}) => data(client.GET('/attack/compare', { params: { query: { since } }, ...stop })),

  assets: (input: ListInput, stop: Stop = {}) => data(client.GET('/assets', { params: list(input), ...stop })),
  assetFacets: (q: string, stop: Stop = {}) => data(client.GET('/assets/facets', { params: { query: { q } }, ...stop })),
  asset: (id: number, stop: Stop = {}) => data(client.GET('/assets/{id}', { ...one(id), ...stop })),
  billUrl: (id: number, format: 'cyclonedx' | 'spdx') => url(`/assets/${id}/sbom`, { format }),
  vexUrl: (id: number) => url(`/assets/${id}/vex`, {}),
  editAsset: (id: number, body: T.AssetChange) => data(client.PATCH('/assets/{id}', { ...one(id), body })),
  noteOnAsset: (id: number, text: string) => data(client.POST('/assets/{id}/notes', { ...one(id), body: { text } })),
  mergeAsset: (id: number, body: { other: number; reason: string }) => data(client.POST('/assets/{id}/merge', { ...one(id), body })),
  splitMerge: (id: number) => data(client.POST('/merges/{id}/split', one(id))),

  runs: ({ limit, after }: ListInput, stop: Stop = {}) => data(client.GET('/runs', { params: { query: { ...(limit && { limit }), ...(after && { after }) } }, ...stop })),
  run: (id: number, stop: Stop = {}) => data(client.GET('/runs/{id}', { ...one(id), ...stop })),
  cancelRun: (run: number) => done(client.POST('/imports/{run}/cancel', { params: { path: { run } } })),
  discoverHost: () => data(client.POST('/discover/host')),
  importUrl: (input: { name: string; format?: string; scope?: string; complete?: 'true'; network?: string }) => url('/imports', input),
  lookAtTable: (beginning: Blob) => upload<T.Table>(url('/tables', {}), beginning),
  mapTable: (header: string, body: T.TableMap) => done(client.PUT('/tables/{header}', { params: { path: { header } }, body })),
  formats: (stop: Stop = {}) => data(client.GET('/formats', stop)),
  networks: (stop: Stop = {}) => data(client.GET('/networks', stop)),

  feeds: (stop: Stop = {}) => data(client.GET('/feeds', stop)),
  syncFeeds: () => data(client.POST('/feeds/sync')),
  feedUrl: (name: string) => url('/feeds', { name }),

  scopes: (stop: Stop = {}) => data(client.GET('/scopes', stop)),
  saveScope: (id: number | null, body: T.ScopeInput) => data(id === null ? client.POST('/scopes', { body }) : client.PATCH('/scopes/{id}', { ...one(id), body })),
  removeScope: (id: number) => done(client.DELETE('/scopes/{id}', one(id))),
  users: (stop: Stop = {}) => data(client.GET('/users', stop)),
  addUser: (body: { name: string; password: string; role: T.Role }) => data(client.POST('/users', { body })),
  editUser: (id: number, body: { role?: T.Role; disabled?: boolean; password?: string }) => data(client.PATCH('/users/{id}', { ...one(id), body })),
  removeUser: (id: number) => done(client.DELETE('/users/{id}', one(id))),
  tokens: (stop: Stop = {}) => data(client.GET('/tokens', stop)),
  addToken: (body: { name: string; role?: T.Role; expires?: string }) => data(client.POST('/tokens', { body })),
  removeToken: (id: number) => done(client.DELETE('/tokens/{id}', one(id))),
  views: (stop: Stop = {}) => data(client.GET('/views', stop)),
  addView: (body: { name: string; query: string; sort: string }) => data(client.POST('/views', { body })),
  removeView: (id: number) => done(client.DELETE('/views/{id}', one(id))),
  queryFields: (stop: Stop = {}) => data(client.GET('/query/fields', stop)),
  removeDemo: () => done(client.DELETE('/demo')),
};
