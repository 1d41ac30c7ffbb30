import { short } from '../lib/format';

/** A name out of a report: its own direction of writing, and never more of it than a person reads; all of it on hover. */
export function Name({ text, most = 160 }: { text: string; most?: number }) {
  const shown = short(text, most);
  return (
    <bdi className="name" title={shown === text ? undefined : text.slice(0, 2_000)}>
      {shown}
    </bdi>
  );
}
