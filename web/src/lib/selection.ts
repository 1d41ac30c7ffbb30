/** Which rows are chosen: some by id, or everything that the query matches. */
export type Selection = { kind: 'some'; ids: ReadonlySet<number> } | { kind: 'all'; q: string; count: number };

export const none: Selection = { kind: 'some', ids: new Set() };

export function sizeOf(selection: Selection): number {
  return selection.kind === 'all' ? selection.count : selection.ids.size;
}

export function has(selection: Selection, id: number): boolean {
  return selection.kind === 'all' || selection.ids.has(id);
}

/** Switches one row; from "everything", it goes back to the rows that are loaded without that one. */
export function flip(selection: Selection, id: number, loaded: readonly number[]): Selection {
  const ids = new Set(selection.kind === 'all' ? loaded : selection.ids);
  if (ids.has(id)) ids.delete(id);
  else ids.add(id);
  return { kind: 'some', ids };
}

export function addRange(selection: Selection, loaded: readonly number[], from: number, to: number): Selection {
  const ids = new Set(selection.kind === 'all' ? loaded : selection.ids);
  for (const id of loaded.slice(Math.min(from, to), Math.max(from, to) + 1)) ids.add(id);
  return { kind: 'some', ids };
}
