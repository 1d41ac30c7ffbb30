/** What a pressed key means, as a pure function of the keys before it. */
export interface KeyState {
  /** Set after `g`, until the next key or for a second. */
  going: boolean;
}

export type KeyAction =
  | { kind: 'go'; to: string }
  | { kind: 'palette' | 'help' | 'query' | 'next' | 'previous' | 'select' | 'range' | 'assign' | 'decide' | 'explain' | 'open' | 'clear' | 'first' | 'last' };

export interface Pressed {
  key: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
  /** What has the focus: a text field takes all plain keys, a control keeps Enter and Space, a row takes the arrows. */
  where: 'text' | 'control' | 'row' | 'page';
}

export const places: { key: string; to: string; name: string }[] = [
  { key: 'o', to: '/', name: 'Overview' },
  { key: 'e', to: '/exposures', name: 'Exposures' },
  { key: 'a', to: '/assets', name: 'Assets' },
  { key: 'p', to: '/paths', name: 'Paths' },
  { key: 'r', to: '/runs', name: 'Runs' },
  { key: 'i', to: '/import', name: 'Import' },
  { key: 'f', to: '/feeds', name: 'Feeds' },
  { key: 's', to: '/settings', name: 'Settings' },
];

const plain: Record<string, KeyAction['kind']> = {
  '?': 'help',
  '/': 'query',
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  x: 'select',
  ' ': 'select',
  X: 'range',
  a: 'assign',
  d: 'decide',
  e: 'explain',
  Enter: 'open',
  Escape: 'clear',
  Home: 'first',
  End: 'last',
};

export const calm: KeyState = { going: false };

export function press(state: KeyState, pressed: Pressed): { state: KeyState; action: KeyAction | null } {
  if (pressed.ctrl && !pressed.alt && pressed.key.toLowerCase() === 'k') return { state: calm, action: { kind: 'palette' } };
  if (pressed.ctrl || pressed.alt || pressed.where === 'text') return { state: calm, action: null };
  if (state.going) {
    const place = places.find((one) => one.key === pressed.key.toLowerCase());
    return { state: calm, action: place ? { kind: 'go', to: place.to } : null };
  }
  if (pressed.key === 'g') return { state: { going: true }, action: null };
  if (pressed.where === 'control' && (pressed.key === 'Enter' || pressed.key === ' ')) return { state: calm, action: null };
  if (pressed.where !== 'row' && /^(Arrow|Home|End| $)/.test(pressed.key)) return { state: calm, action: null };
  const kind = plain[pressed.key];
  return { state: calm, action: kind ? ({ kind } as KeyAction) : null };
}

/** A browser's event as the reducer wants it. */
export function fromEvent(event: KeyboardEvent): Pressed {
  return { key: event.key, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey, shift: event.shiftKey, where: whereIs(event.target) };
}

function whereIs(target: EventTarget | null): Pressed['where'] {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target instanceof HTMLInputElement) return ['checkbox', 'radio', 'button', 'submit', 'range', 'file'].includes(target.type) ? 'control' : 'text';
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return 'text';
  if (target.getAttribute('role') === 'row') return 'row';
  return target.closest('a, button, summary') ? 'control' : 'page';
}
