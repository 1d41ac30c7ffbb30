import { Link } from '@tanstack/react-router';
import type { RunDetail } from '../../api/types';
import { Icon } from '../../components/Icon';
import { plural } from '../../lib/format';
import { quote } from '../../lib/query';
import { useState } from 'react';
import { Name } from '../../components/Name';

const few = 50;

/** The manifest of the run: which checks ran to their end on which asset, and where on it. */
export function Coverage({ coverage, running }: { coverage: RunDetail['coverage']; running: boolean }) {
  const [all, setAll] = useState(false);
  if (coverage.length === 0) {
    return running ? (
      <p className="soft">Known when the run ends.</p>
    ) : (
      <div className="note warn">
        <Icon name="info" />
        <div>The report does not say what was looked at. So it can open exposures, but closes none.</div>
      </div>
    );
  }
  const shown = all ? coverage : coverage.slice(0, few);
  return (
    <>
      <p>{plural(coverage.length, 'entry', 'entries')}. Only inside this may a missing sighting close an exposure.</p>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">Asset</th>
            <th scope="col">Checks</th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            <tr key={`${row.asset}-${index}`}>
              <td className="full wrap">
                <Link to="/assets" search={{ q: `asset:${quote(row.asset)}` }}>
                  <Name text={row.asset} />
                </Link>
              </td>
              <td className="wrap" data-label="Checks">
                {row.checks}
              </td>
              <td className="wrap" data-label="Where">
                {row.loci}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && coverage.length > few && (
        <div>
          <button type="button" className="btn" onClick={() => setAll(true)}>
            Show all {coverage.length}
          </button>
        </div>
      )}
    </>
  );
}
