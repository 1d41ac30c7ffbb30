import type { AttackGraph } from '../../api/types';
import { Name } from '../../components/Name';
import type { Item } from '../../lib/graph/scene';
import { percent, plural } from '../../lib/format';

/** So many members are named; the search finds the others. */
const most = 60;

interface Props {
  graph: AttackGraph;
  item: Item;
  onOpen: () => void;
  onSpot: (key: string) => void;
}

/** Spots that are one in the picture. */
export function GroupPanel({ graph, item, onOpen, onSpot }: Props) {
  const members = item.members
    .map((member) => graph.spots[member])
    .filter((spot) => spot !== undefined)
    .sort((a, b) => b.share - a.share || b.chance.value - a.chance.value || (a.name < b.name ? -1 : 1));
  return (
    <>
      <p className="small soft">As far from the entries as each other, and of one kind. They fall with at most {percent(item.chance)} in 30 days.</p>
      <p>
        <button type="button" className="btn" onClick={onOpen}>
          Open the group
        </button>
      </p>
      <ul className="stack tight">
        {members.slice(0, most).map((spot) => (
          <li key={spot.key}>
            <button type="button" className="link tied" onClick={() => onSpot(spot.key)}>
              <Name text={spot.name} most={48} /> <span className="soft small nowrap">{percent(spot.chance.value)}</span>
            </button>
          </li>
        ))}
      </ul>
      {members.length > most && <p className="small soft">and {plural(members.length - most, 'more', 'more')}: the search finds each</p>}
    </>
  );
}
