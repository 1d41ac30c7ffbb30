import type { Identifier } from '../../api/types';
import { Time } from '../../components/Time';
import { words } from '../../lib/format';
import { Name } from '../../components/Name';

/** By which names sources can mean this asset. A strong one alone proves it, a weak one only for a time. */
export function Identity({ identifiers }: { identifiers: Identifier[] }) {
  if (identifiers.length === 0) return <p className="soft">No identifier is known.</p>;
  return (
    <>
    <p className="soft small">A strong one belongs to one asset for its whole life; a weak one, such as a name or an address, may pass to another.</p>
    <ul className="stack">
      {identifiers.map((one) => (
        <li key={`${one.kind}:${one.value}`}>
          <div className="between">
            <span className="mono wrap">
              <Name text={one.value} />
            </span>
            <span className={one.strong ? 'tag strong' : 'tag'}>{one.strong ? 'strong' : 'weak'}</span>
          </div>
          <p className="small soft">
            {words(one.kind)}
            {one.network && <>, in the network {one.network}</>}
            {one.source && <>, from {one.source}</>}, last seen <Time at={one.last_seen} />
          </p>
        </li>
      ))}
    </ul>
    </>
  );
}
