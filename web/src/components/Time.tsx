import { age, ago, day } from '../lib/format';
import { useNow } from '../lib/hooks';

/** A moment in words, the exact one on hover and for machines. */
export function Time({ at, style = 'ago', none = 'never' }: { at: string | null | undefined; style?: 'ago' | 'age' | 'day'; none?: string }) {
  const now = useNow();
  if (!at) return <span className="soft">{none}</span>;
  const text = style === 'ago' ? ago(at, now) : style === 'age' ? age(at, now) : day(at);
  return (
    <time dateTime={at} title={at} className="nowrap">
      {text}
    </time>
  );
}
