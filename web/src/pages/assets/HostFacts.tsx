import { Time } from '../../components/Time';
import { words } from '../../lib/format';
import { line, readFact, summary } from '../../lib/facts';

const most = 200;

/** What the collector read on the host. What it could not read says why: it is not "nothing there". */
export function HostFacts({ facts }: { facts: Record<string, unknown> }) {
  const { collected_at: at, privileged } = facts;
  const names = Object.keys(facts).filter((name) => !['collected_at', 'privileged', 'asset'].includes(name));
  return (
    <div className="stack">
      <p className="soft">
        Read <Time at={typeof at === 'string' ? at : null} none="at an unknown time" />
        {privileged === false && ', without full rights: some of it could not be read. Run it as root to know more.'}
      </p>
      {names.map((name) => (
        <Group key={name} name={name} value={facts[name]} />
      ))}
    </div>
  );
}

function Group({ name, value }: { name: string; value: unknown }) {
  const fact = readFact(value);
  if ('unknown' in fact) {
    return (
      <p className="wrap">
        <strong>{words(name)}</strong> <span className="soft">unknown: {fact.unknown}</span>
      </p>
    );
  }
  const { known } = fact;
  const entries: [string, unknown][] = Array.isArray(known) ? known.map((one, index) => [String(index), one]) : typeof known === 'object' && known !== null ? Object.entries(known) : [];
  if (entries.length === 0) {
    return (
      <p className="wrap">
        <strong>{words(name)}</strong> <span className="soft">{Array.isArray(known) ? 'none' : summary(known)}</span>
      </p>
    );
  }
  return (
    <details>
      <summary>
        <strong>{words(name)}</strong> <span className="soft">{summary(known)}</span>
      </summary>
      <ul className="small mono stack">
        {entries.slice(0, most).map(([key, one]) => {
          const inner = readFact(one);
          return (
            <li key={key} className="wrap">
              {!Array.isArray(known) && <strong>{key} </strong>}
              {'unknown' in inner ? <span className="soft">unknown: {inner.unknown}</span> : line(inner.known)}
            </li>
          );
        })}
        {entries.length > most && <li>and {entries.length - most} more</li>}
      </ul>
    </details>
  );
}
