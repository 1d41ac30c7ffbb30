const key = 'bartizan.seen';

/** The last event that this browser showed on the overview; null before the first visit. */
export function lastSeen(): number | null {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : Number(text);
  } catch {
    return null;
  }
}

export function markSeen(seq: number): void {
  try {
    if (seq > (lastSeen() ?? -1)) localStorage.setItem(key, String(seq));
  } catch {
    // Storage may be switched off: then nothing is marked as new.
  }
}
