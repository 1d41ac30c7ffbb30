import { Link } from '@tanstack/react-router';
import { Name } from './Name';

/** What a line of the log is about. */
export interface Subject {
  exposure?: number | null;
  run?: number | null;
  asset?: number | null;
}

/** A line of the log that leads to what it tells of. */
export function About({ at, text }: { at: Subject; text: string }) {
  const name = <Name text={text} most={160} />;
  if (at.exposure) return <Link to="/exposures/$id" params={{ id: String(at.exposure) }}>{name}</Link>;
  if (at.run) return <Link to="/runs/$id" params={{ id: String(at.run) }}>{name}</Link>;
  if (at.asset) return <Link to="/assets/$id" params={{ id: String(at.asset) }}>{name}</Link>;
  return <span>{name}</span>;
}
