import { useSyncExternalStore } from 'react';
import { api } from '../api/endpoints';
import { ApiError, asApiError } from '../api/errors';
import type { ImportStarted } from '../api/types';
import { upload } from '../api/upload';

/** One file on its way in. It goes on while the person looks at other pages. */
export interface Upload {
  id: number;
  name: string;
  size: number;
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'stopped';
  /** How much of it was sent, 0 to 1. */
  share: number;
  /** The reports in it with the run that reads each, once it was sent. */
  files: ImportStarted['files'];
  error: ApiError | null;
}

interface Entry extends Upload {
  file: File;
  options: { format?: string; scope?: string };
  stop: AbortController;
}

/** Two at a time: the server reads each at full speed, more would only wait longer. */
const atOnce = 2;
let entries: Entry[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(id: number, fields: Partial<Entry>): void {
  entries = entries.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry));
  for (const listener of listeners) listener();
}

export function addUploads(files: Iterable<File>, options: Entry['options']): void {
  const added = [...files].map((file): Entry => {
    const id = nextId;
    nextId += 1;
    return { id, name: file.name, size: file.size, state: 'waiting', share: 0, files: [], error: null, file, options, stop: new AbortController() };
  });
  entries = [...entries, ...added];
  for (const listener of listeners) listener();
  pump();
}

function pump(): void {
  const sending = entries.filter((entry) => entry.state === 'sending').length;
  for (const entry of entries.filter((one) => one.state === 'waiting').slice(0, Math.max(0, atOnce - sending))) void send(entry);
}

async function send(entry: Entry): Promise<void> {
  change(entry.id, { state: 'sending' });
  try {
    const address = api.importUrl({ name: entry.name, ...entry.options });
    const answer = await upload<ImportStarted>(address, entry.file, (share) => change(entry.id, { share }), entry.stop.signal);
    change(entry.id, { state: 'sent', share: 1, files: answer.files });
  } catch (error) {
    if (error instanceof DOMException) change(entry.id, { state: 'stopped' });
    else change(entry.id, { state: 'failed', error: asApiError(error) });
  }
  pump();
}

export function stopUpload(id: number): void {
  const entry = entries.find((one) => one.id === id);
  if (entry?.state === 'waiting') change(id, { state: 'stopped' });
  entry?.stop.abort();
}

export function retryUpload(id: number): void {
  change(id, { state: 'waiting', error: null, share: 0, files: [], stop: new AbortController() });
  pump();
}

/** So much of a file shows what it is. */
const beginning = 64 * 1024;

/** The beginning of a file, to look at. */
export function beginningOf(id: number): Blob {
  return entries.find((entry) => entry.id === id)?.file.slice(0, beginning) ?? new Blob();
}

export function clearUploads(): void {
  entries = entries.filter((entry) => entry.state === 'waiting' || entry.state === 'sending');
  for (const listener of listeners) listener();
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
  );
}
