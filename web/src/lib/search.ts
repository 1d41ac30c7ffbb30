/** Search parameters of the address bar as plain text: `?q=kev:true&sort=-priority`, readable and easy to share. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null) params.set(key, String(value));
  }
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

export interface ListSearch {
  q?: string;
  sort?: string;
}

/** An empty query is kept: it asks for everything, where none asks for what the page shows first. */
export function listSearch(search: Record<string, unknown>): ListSearch {
  return {
    ...(typeof search.q === 'string' ? { q: search.q } : {}),
    ...(typeof search.sort === 'string' && search.sort !== '' ? { sort: search.sort } : {}),
  };
}
