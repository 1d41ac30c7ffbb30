import { Link } from '@tanstack/react-router';
import type { Evidence as EvidenceType } from '../../api/types';
import { Time } from '../../components/Time';
import { words } from '../../lib/format';

/** Why the status is what it is, newest first. */
export function Evidence({ evidence, firstSeen }: { evidence: EvidenceType[]; firstSeen: string }) {
  return (
    <ol className="timeline">
      {evidence.map((item, index) => (
        <li key={`${item.at}-${index}`}>
          <span className="soft small">
            <Time at={item.at} />
          </span>
          <span>
            <strong>{words(item.kind)}</strong> <span className="wrap">{item.text}</span>
            {item.run !== null && (
              <>
                {' '}
                <Link to="/runs/$id" params={{ id: String(item.run) }}>
                  run {item.run}
                </Link>
              </>
            )}
          </span>
        </li>
      ))}
      <li>
        <span className="soft small">
          <Time at={firstSeen} />
        </span>
        <span>First seen</span>
      </li>
    </ol>
  );
}
