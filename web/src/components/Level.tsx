import { level, type Level as LevelType } from '../lib/levels';

const shapes: Record<LevelType['key'], string> = {
  now: 'M6 0 12 11H0z',
  plan: 'M6 0l6 6-6 6-6-6z',
  watch: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z',
  low: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  unknown: 'M0 5h12v2H0z',
};

/** The band of a score: a shape, a colour and a word. */
export function Level({ band }: { band: string | null | undefined }) {
  const found = level(band);
  return (
    <span className={`level level-${found.key}`} title={found.asks}>
      <svg width="12" height="12" viewBox="0 0 12 12" fill="currentColor" fillRule="evenodd" aria-hidden="true">
        <path d={shapes[found.key]} />
      </svg>
      {found.word}
    </span>
  );
}
