import { toApiError } from './errors';

export const base = '/api/v1';

type Query = Record<string, string | number | boolean | null | undefined>;

let csrf = '';
/** The value that every changing call carries; a session answer gives it. */
export function setCsrf(value: string): void {
  csrf = value;
}
export function csrfHeaders(): Record<string, string> {
  return csrf === '' ? {} : { 'X-Bartizan-CSRF': csrf };
}

export function url(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value));
  }
  const tail = search.toString();
  return base + path + (tail === '' ? '' : `?${tail}`);
}

async function call<T>(method: string, path: string, options: { query?: Query; body?: unknown; signal?: AbortSignal }): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') Object.assign(headers, csrfHeaders());
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: options.signal ?? null };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(url(path, options.query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw toApiError(0, null);
  }
  const content = await response.text();
  const body = parse(content);
  if (!response.ok) throw toApiError(response.status, body);
  return body as T;
}

function parse(content: string): unknown {
  if (content === '') return null;
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return null;
  }
}

export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T>(path: string, body?: unknown) => call<T>('POST', path, { body }),
  patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, { body }),
  del: (path: string) => call<null>('DELETE', path, {}),
};
