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

/** What the panel beside the attack graph shows while nothing is chosen. */
export const pathsTabs = ['jewels', 'chokes', 'fixes', 'entries', 'changes'] as const;
export type PathsTab = (typeof pathsTabs)[number];

export interface PathsSearch {
  /** The spot that is chosen. */
  at?: string | undefined;
  /** The end of the link that begins there, where that is chosen. */
  to?: string | undefined;
  show?: PathsTab | undefined;
  /** The day that now is compared with. */
  since?: string | undefined;
}

export function pathsSearch(search: Record<string, unknown>): PathsSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return { at: text(search.at), to: text(search.to), show: pathsTabs.find((tab) => tab === search.show), since: text(search.since) };
}
