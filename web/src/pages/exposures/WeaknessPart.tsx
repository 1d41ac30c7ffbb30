import type { Exposure } from '../../api/types';
import { LongText } from '../../components/LongText';
import { Ref } from '../../components/Ref';
import { Time } from '../../components/Time';
import { percent, plural } from '../../lib/format';

/** `CWE-79 Cross-site Scripting`, or the number alone where its name is not loaded. */
function named(cwe: number, names: Exposure['weakness']['cwe_names']): string {
  const name = names.find((known) => known.number === cwe)?.name;
  return name === undefined ? `CWE-${cwe}` : `CWE-${cwe} ${name}`;
}

export function WeaknessPart({ weakness }: { weakness: Exposure['weakness'] }) {
  const aliases = weakness.aliases.filter((alias) => alias !== weakness.key);
  return (
    <>
      <dl className="facts">
        <dt>Id</dt>
        <dd className="mono">{weakness.key}</dd>
        {aliases.length > 0 && (
          <>
            <dt>Also</dt>
            <dd className="mono">{aliases.join(', ')}</dd>
          </>
        )}
        {weakness.cwe.length > 0 && (
          <>
            <dt>Kind</dt>
            <dd>{weakness.cwe.map((cwe) => named(cwe, weakness.cwe_names)).join(', ')}</dd>
          </>
        )}
        {weakness.technique && (
          <>
            <dt>ATT&amp;CK technique</dt>
            <dd>{[weakness.technique.id, weakness.technique.name].filter(Boolean).join(' ')}</dd>
          </>
        )}
        {weakness.epss_history.length > 0 && (
          <>
            <dt>EPSS before</dt>
            <dd>
              {weakness.epss_history.slice(-5).map((before) => (
                <span key={before.day} className="row">
                  {percent(before.score)} on <Time at={before.day} />
                </span>
              ))}
            </dd>
          </>
        )}
        {(weakness.cvss ?? []).map((cvss) => (
          <div key={cvss.vector} style={{ display: 'contents' }}>
            <dt>CVSS{cvss.version ? ` ${cvss.version}` : ''}</dt>
            <dd>
              {cvss.score ?? '–'} <span className="mono soft">{cvss.vector}</span>
            </dd>
          </div>
        ))}
      </dl>
      {weakness.description && <LongText text={weakness.description} />}
      {weakness.references.length > 0 && (
        <details>
          <summary>{plural(weakness.references.length, 'reference')}</summary>
          <ul className="stack small">
            {weakness.references.map((reference) => (
              <li key={reference}>
                <Ref address={reference} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
