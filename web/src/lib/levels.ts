/** Bands of the score: one shape and one colour token each, so that neither alone carries the meaning. */
export interface Level {
  /** Also the name of the colour token and of the shape. */
  key: 'now' | 'plan' | 'watch' | 'low' | 'unknown';
  /** The word that the query language knows. */
  band: string;
  word: string;
  /** What it asks of a person. */
  asks: string;
}

export const levels: Level[] = [
  { key: 'now', band: 'act-now', word: 'Act now', asks: 'Fix now, ahead of planned work.' },
  { key: 'plan', band: 'plan', word: 'Plan', asks: 'Put into the next planned work.' },
  { key: 'watch', band: 'watch', word: 'Watch', asks: 'Fix with normal updates and look for changes.' },
  { key: 'low', band: 'low', word: 'Low', asks: 'Fix with normal updates.' },
];

const unknown: Level = { key: 'unknown', band: 'unknown', word: 'Not rated', asks: 'Too little is known to say.' };

export function level(band: string | null | undefined): Level {
  return levels.find((one) => one.band === band) ?? unknown;
}

const decisions: Record<string, [string, string]> = {
  act: ['Act', 'act as soon as possible'],
  attend: ['Attend', 'sooner than the normal update cycle'],
  'track*': ['Track*', 'normal update cycle, watch closely'],
  track: ['Track', 'normal update cycle'],
};

/** An SSVC decision in CISA's spelling, and what it asks. */
export function ssvcWords(ssvc: string | null | undefined): [string, string] | null {
  const key = (ssvc ?? '').toLowerCase().replace(/[_\s-]?star$/, '*');
  return decisions[key] ?? (ssvc ? [ssvc, ''] : null);
}

const steps: Record<string, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0, unknown: 0 };

/** How many of four bars a severity fills. */
export function severityStep(severity: string): number {
  return steps[severity.toLowerCase()] ?? 0;
}
