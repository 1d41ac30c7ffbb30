import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Assignment, Evidence } from '../../api/types';
import { Name } from '../../components/Name';
import { Time } from '../../components/Time';
import { actor, words } from '../../lib/format';

interface Props {
  evidence: Evidence[];
  assignments: Assignment[];
  firstSeen: string;
}

/** Why the status is what it is and who was to fix it, newest first. */
export function History({ evidence, assignments, firstSeen }: Props) {
  const lines: { at: string; what: ReactNode }[] = [
    ...evidence.map((item) => ({ at: item.at, what: <Proof item={item} /> })),
    ...assignments.map((item) => ({ at: item.at, what: <Given item={item} /> })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <ol className="timeline">
      {[...lines, { at: firstSeen, what: 'First seen' }].map((line, index) => (
        <li key={`${line.at}-${index}`}>
          <span className="soft small">
            <Time at={line.at} />
          </span>
          <span>{line.what}</span>
        </li>
      ))}
    </ol>
  );
}

function Proof({ item }: { item: Evidence }) {
  return (
    <>
      <strong>{words(item.kind)}</strong> <span className="wrap">{item.text}</span>
      {item.run !== null && (
        <>
          {' '}
          <Link to="/runs/$id" params={{ id: String(item.run) }}>
            run {item.run}
          </Link>
        </>
      )}
    </>
  );
}

function Given({ item }: { item: Assignment }) {
  return (
    <>
      {item.owner === item.by ? (
        <strong>Taken</strong>
      ) : (
        <>
          <strong>Assigned</strong> to {item.owner === null ? 'nobody' : <Name text={item.owner} />}
        </>
      )}{' '}
      by <Name text={actor(item.by)} />
      {item.count > 1 && <>, together with {item.count - 1} more</>}
      {item.undone_at && <span className="soft">, undone</span>}
    </>
  );
}
