import { useSyncExternalStore } from 'react';
import { api } from '../api/endpoints';
import { ApiError, asApiError } from '../api/errors';
import type { ImportStarted } from '../api/types';
import { upload } from '../api/upload';
import { about, type Given } from './given';

/** One file on its way in. It goes on while the person looks at other pages. */
export interface Upload {
  id: number;
  /** With the folders that it was dropped in. */
  name: string;
  size: number;
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'stopped';
  /** How much of it was sent, 0 to 1. */
  share: number;
  /** Bytes a second since it began; 0 before that is known. */
  rate: number;
  /** The reports in it with the run that reads each, once it was sent. */
  files: ImportStarted['files'];
  error: ApiError | null;
}

interface Entry extends Upload {
  file: File;
  options: { format?: string; scope?: string; complete?: 'true'; network?: string };
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

export function addUploads(given: Given[], options: Entry['options']): void {
  const added = given.map(({ file, path }): Entry => {
    const id = nextId;
    nextId += 1;
    const scope = options.scope ?? about(path, given);
    return { id, name: path, size: file.size, state: 'waiting', share: 0, rate: 0, files: [], error: null, file, options: { ...options, ...(scope && { scope }) }, stop: new AbortController() };
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
  if (entry.size === 0) {
    change(entry.id, { state: 'failed', error: new ApiError({ status: 0, code: 'empty', message: 'This file is empty.', hint: 'Export the report again; the tool may not have ended.' }) });
    return pump();
  }
  change(entry.id, { state: 'sending' });
  const began = performance.now();
  const sent = (share: number) => change(entry.id, { share, rate: (share * entry.size * 1000) / Math.max(1, performance.now() - began) });
  try {
    const address = api.importUrl({ name: entry.name, ...entry.options });
    const answer = await upload<ImportStarted>(address, entry.file, sent, entry.stop.signal);
    change(entry.id, { state: 'sent', share: 1, files: answer.files });
  } catch (error) {
    if (error instanceof DOMException) change(entry.id, { state: 'stopped' });
    else change(entry.id, { state: 'failed', error: (await unreadable(entry.file)) ?? asApiError(error) });
  }
  pump();
}

/** A browser tells a file that it cannot read like a server that it cannot reach. */
async function unreadable(file: File): Promise<ApiError | null> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return null;
  } catch {
    return new ApiError({ status: 0, code: 'unreadable', message: 'The browser cannot read this file.', hint: 'It may have changed, moved, or belong to somebody else. Choose it again.' });
  }
}

export function stopUpload(id: number): void {
  const entry = entries.find((one) => one.id === id);
  if (entry?.state === 'waiting') change(id, { state: 'stopped' });
  entry?.stop.abort();
}

export function retryUpload(id: number): void {
  change(id, { state: 'waiting', error: null, share: 0, rate: 0, files: [], stop: new AbortController() });
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
