import type { Exposure } from '../../api/types';
import { Ref } from '../../components/Ref';

export function WeaknessPart({ weakness }: { weakness: Exposure['weakness'] }) {
  return (
    <>
      <dl className="facts">
        <dt>Id</dt>
        <dd className="mono">{weakness.key}</dd>
        {weakness.aliases.length > 0 && (
          <>
            <dt>Also</dt>
            <dd className="mono">{weakness.aliases.join(', ')}</dd>
          </>
        )}
        {weakness.cwe.length > 0 && (
          <>
            <dt>Kind</dt>
            <dd>{weakness.cwe.map((cwe) => `CWE-${String(cwe).replace(/^CWE-/i, '')}`).join(', ')}</dd>
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
      {weakness.description && <p className="wrap">{weakness.description}</p>}
      {weakness.references.length > 0 && (
        <details>
          <summary>{weakness.references.length} references</summary>
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
