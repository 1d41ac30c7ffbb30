import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { AttackGraph, GraphSpot, Jewel } from '../../api/types';
import { BlastRadius } from '../../components/BlastRadius';
import { Chance } from '../../components/Chance';
import { Name } from '../../components/Name';
import { Query } from '../../components/Query';
import { WorthButton } from '../../components/WorthButton';
import { percent, plural, words } from '../../lib/format';
import { useMay } from '../../lib/session';
import { Worth } from './Jewels';
import { Ways } from './Ways';

interface Props {
  graph: AttackGraph;
  spot: GraphSpot;
  /** What it is worth, where somebody valued it or it counts as critical. */
  jewel: Jewel | undefined;
  /** Whether much of the loss passes here. */
  choke: boolean;
  way: number | null;
  onWay: (way: number | null) => void;
  only: boolean;
  onOnly: (only: boolean) => void;
  onLink: (from: string, to: string) => void;
}

/** One spot of the graph: how likely it falls and by which ways, what falls with it, and what it is tied to. */
export function SpotPanel({ graph, spot, jewel, choke, way, onWay, only, onOnly, onLink }: Props) {
  const may = useMay('analyst');
  return (
    <>
      <p className="row small">
        <span className="soft">{spot.kind === 'entry' ? 'Where attackers begin' : words(spot.kind)}</span>
        {spot.zone && <span className="soft">in {spot.zone}</span>}
        {choke && <span className="tag warn">Choke point</span>}
        {spot.asset !== null && (
          <Link to="/assets/$id" params={{ id: String(spot.asset) }}>
            The asset
          </Link>
        )}
      </p>
      <dl className="facts small">
        {spot.kind !== 'entry' && (
          <>
            <dt>An attacker</dt>
            <dd>
              <Name text={spot.gains} />
            </dd>
          </>
        )}
        <dt>In 30 days</dt>
        <dd>
          <Chance of={spot.chance} />
          {spot.kind === 'entry' && (
            <>
              {' '}
              <Link to="/paths" search={{ show: 'entries' }} className="inline-link">
                Where this comes from
              </Link>
            </>
          )}
        </dd>
        <dt>Passes here</dt>
        <dd>{percent(spot.share)} of the expected loss, by the best ways</dd>
        {spot.asset !== null && (
          <>
            <dt>Worth</dt>
            <dd>
              {jewel ? <Worth jewel={jewel} /> : <span className="soft">Nobody valued it</span>} {may && <WorthButton asset={spot.asset} name={spot.name} />}
            </dd>
          </>
        )}
      </dl>
      {spot.asset !== null && <OnAsset asset={spot.asset} way={way} onWay={onWay} only={only} onOnly={onOnly} />}
      <Tied graph={graph} spot={spot} onLink={onLink} />
    </>
  );
}

function OnAsset({ asset, way, onWay, only, onOnly }: { asset: number } & Pick<Props, 'way' | 'onWay' | 'only' | 'onOnly'>) {
  const attack = useQuery(queries.attackOnAsset(asset));
  return (
    <Query of={attack}>
      {(data) => (
        <>
          {data.by_entry.length > 1 && (
            <p className="row small" aria-label="By where the attacker begins">
              {data.by_entry.map((by) => (
                <span key={by.entry} className="tag">
                  {by.entry}: {percent(by.chance.value)}
                </span>
              ))}
            </p>
          )}
          {data.ways.length > 0 && (
            <label className="check">
              <input type="checkbox" checked={only} onChange={(event) => onOnly(event.target.checked)} />
              <span>Show only the ways there</span>
            </label>
          )}
          <Ways ways={data.ways} more={data.more} chosen={way} onChoose={onWay} />
          <h3>If it falls</h3>
          <BlastRadius of={data} />
        </>
      )}
    </Query>
  );
}

/** So many neighbours are named on each side. */
const most = 12;

function Tied({ graph, spot, onLink }: Pick<Props, 'graph' | 'spot' | 'onLink'>) {
  const own = graph.spots.indexOf(spot);
  const sides = [
    { title: 'Comes from', links: graph.links.filter((link) => link.to === own) },
    { title: 'Leads to', links: graph.links.filter((link) => link.from === own) },
  ];
  return sides.map(({ title, links }) => {
    if (links.length === 0) return null;
    const first = [...links].sort((a, b) => b.share - a.share || Number(b.best) - Number(a.best) || b.chance - a.chance).slice(0, most);
    return (
      <div key={title}>
        <h3>{title}</h3>
        <ul className="stack tight">
          {first.map((link) => {
            const [from, to] = [graph.spots[link.from], graph.spots[link.to]];
            const other = link.to === own ? from : to;
            if (!from || !to || !other) return null;
            return (
              <li key={`${link.from} ${link.to}`}>
                <button type="button" className="link tied" onClick={() => onLink(from.key, to.key)}>
                  <Name text={other.name} most={48} /> <span className="soft small nowrap">{plural(link.steps, 'step')}</span>
                </button>
              </li>
            );
          })}
        </ul>
        {links.length > first.length && <p className="small soft">and {plural(links.length - first.length, 'more', 'more')}: the picture has them all</p>}
      </div>
    );
  });
}
