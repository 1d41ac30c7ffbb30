import createClient, { type FetchResponse, type Middleware } from 'openapi-fetch';
import { toApiError } from './errors';
import type { paths } from './schema';

export const base = '/api/v1';

let csrf = '';
/** The value that every changing call carries; a session answer gives it. */
export function setCsrf(value: string): void {
  csrf = value;
}
export function csrfHeaders(): Record<string, string> {
  return csrf === '' ? {} : { 'X-Bartizan-CSRF': csrf };
}

/** The address of a call that something else than the client makes: a download, an upload. */
export function url(path: string, query: Record<string, string | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, value);
  const tail = search.toString();
  return base + path + (tail === '' ? '' : `?${tail}`);
}

const carryCsrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') for (const [name, value] of Object.entries(csrfHeaders())) request.headers.set(name, value);
    return request;
  },
  onError({ error }) {
    // A call that was called off is no failure; any other that fetch refuses did not reach the server.
    return error instanceof DOMException && error.name === 'AbortError' ? undefined : toApiError(0, null);
  },
};

export const client = createClient<paths>({ baseUrl: base, credentials: 'same-origin' });
client.use(carryCsrf);

/** The data of an answer; an answer that is no success is thrown as an ApiError. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function data<T extends Record<string | number, any>, O, M extends `${string}/${string}`>(call: Promise<FetchResponse<T, O, M>>): Promise<NonNullable<FetchResponse<T, O, M>['data']>> {
  const answer = await call;
  if (!answer.response.ok) throw toApiError(answer.response.status, answer.error);
  return answer.data as NonNullable<FetchResponse<T, O, M>['data']>;
}

/** For an answer without a body. */
export async function done(call: Promise<{ response: Response; error?: unknown }>): Promise<void> {
  const { response, error } = await call;
  if (!response.ok) throw toApiError(response.status, error);
}
