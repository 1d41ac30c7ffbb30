import { Link } from '@tanstack/react-router';
import type { Asset } from '../../api/types';
import { plural } from '../../lib/format';
import { quote } from '../../lib/query';
import { Name } from '../../components/Name';

/** The software on it, as far as a source listed it. */
export function Software({ components, asset }: { components: Asset['components']; asset: string }) {
  if (components.total === 0) return <p className="soft">No software is listed. Import a bill of materials, or let Bartizan look at the host itself.</p>;
  return (
    <details>
      <summary>{plural(components.total, 'component')}</summary>
      <div className="scroll-x tall" role="region" aria-label="Software" tabIndex={0}>
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Version</th>
              <th scope="col">Package URL</th>
              <th scope="col">Where it is named</th>
            </tr>
          </thead>
          <tbody>
            {components.items.map((one) => (
              <tr key={one.purl}>
                <td className="wrap">
                  <Link to="/exposures" search={{ q: `asset:${quote(asset)} component:${quote(one.name)}` }}>
                    <Name text={one.name} />
                  </Link>
                </td>
                <td className="wrap">{one.version ?? <span className="soft">unknown</span>}</td>
                <td className="mono soft wrap full">{one.purl}</td>
                <td className="soft wrap full">
                  {one.locations.map((place) => (
                    <div key={place}>{place}</div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {components.total > components.items.length && <p className="soft small">The first {components.items.length} are shown.</p>}
    </details>
  );
}
