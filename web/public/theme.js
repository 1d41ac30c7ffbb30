// Runs before the first paint, so that a chosen theme does not flash. Kept in step with src/lib/preferences.ts.
try {
  const saved = JSON.parse(localStorage.getItem('bartizan.preferences') || '{}');
  if (saved.theme === 'light' || saved.theme === 'dark') document.documentElement.dataset.theme = saved.theme;
} catch {
  // Storage may be switched off: the system's theme is used.
}
