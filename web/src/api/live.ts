import type { QueryClient } from '@tanstack/react-query';
import { base } from './http';
import type { Event } from './types';

/** Which nouns an event can have changed. What is unknown changes everything. */
export function nounsOf(kind: string): string[] {
  const noun = kind.split(/[.:_-]/)[0] ?? '';
  switch (noun) {
    case 'run':
    case 'import':
    case 'discover':
      return ['runs', 'overview', 'exposures', 'assets', 'attack'];
    case 'exposure':
    case 'exposures':
    case 'decision':
    case 'comment':
    case 'evidence':
      return ['exposures', 'overview', 'assets', 'attack'];
    case 'note':
      return ['assets'];
    case 'asset':
    case 'assets':
    case 'merge':
      return ['assets', 'exposures', 'overview', 'attack'];
    case 'feed':
    case 'feeds':
    case 'knowledge':
      return ['feeds', 'overview', 'exposures', 'attack'];
    case 'scope':
      return ['scopes', 'overview', 'exposures', 'assets', 'attack'];
    case 'entry':
      return ['attack', 'exposures', 'overview'];
    case 'facts':
      return ['attack', 'assets'];
    case 'account':
    case 'user':
    case 'token':
      return ['users', 'tokens'];
    case 'session':
      return ['users'];
    default:
      return ['runs', 'overview', 'exposures', 'assets', 'attack', 'feeds', 'scopes', 'users', 'tokens'];
  }
}

/**
 * Follows the event stream and marks what changed as stale, at most once a second, so that a large import does not make
 * the page fetch for every line. Long lists are left alone: they offer their news in a pill.
 */
export function follow(client: QueryClient, onState: (connected: boolean) => void): () => void {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
    const nouns = [...waiting];
    waiting.clear();
    void client.invalidateQueries({
      predicate: ({ queryKey }) => nouns.includes(String(queryKey[0])) && !(queryKey[1] === 'list' && queryKey[0] !== 'runs'),
    });
  };
  const source = new EventSource(`${base}/events/stream`);
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.addEventListener('change', (message) => {
    let kind = '';
    try {
      kind = (JSON.parse((message as MessageEvent<string>).data) as Event).kind;
    } catch {
      // An event that cannot be read still says that something changed.
    }
    for (const noun of nounsOf(kind)) waiting.add(noun);
    timer ??= setTimeout(flush, 1_000);
  });
  // Priorities changed by a new attack graph: no line of the log says so.
  source.addEventListener('derived', () => {
    for (const noun of ['overview', 'exposures', 'assets', 'attack']) waiting.add(noun);
    timer ??= setTimeout(flush, 1_000);
  });
  return () => {
    source.close();
    if (timer !== null) clearTimeout(timer);
  };
}
