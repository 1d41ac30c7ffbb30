import { Link } from '@tanstack/react-router';
import type { AssetRow } from '../../api/types';
import type { Column } from '../../components/DataTable';
import { Time } from '../../components/Time';
import { count, points, words } from '../../lib/format';
import { Name } from '../../components/Name';

export const assetColumns: Column<AssetRow>[] = [
  {
    key: 'name',
    label: 'Name',
    sort: 'name',
    cell: (row) => (
      <>
        <div className="cut">
          <Link to="/assets/$id" params={{ id: String(row.id) }} tabIndex={-1} title={row.name}>
            <Name text={row.name} />
          </Link>
        </div>
        <div className="second">{[row.os, ...row.scopes, row.demo && 'demo'].filter(Boolean).join(' · ')}</div>
      </>
    ),
  },
  { key: 'kind', label: 'Kind', cell: (row) => words(row.kind) },
  { key: 'reach', label: 'Reach', cell: (row) => (row.reach === 'unknown' ? <span className="soft">Unknown</span> : <span data-word="">{words(row.reach)}</span>) },
  { key: 'criticality', label: 'Criticality', cell: (row) => (row.worth === null ? <span className="soft">Not said</span> : words(row.worth)) },
  { key: 'data', label: 'Data', cell: (row) => (row.holds.length === 0 ? <span className="soft">Not said</span> : row.holds.map(words).join(', ')) },
  {
    key: 'open',
    label: 'Open',
    sort: 'open',
    down: true,
    cell: (row) => (
      <Link to="/exposures" search={{ q: `status:open asset:"${row.name.replaceAll(/["\\]/g, '\\$&')}"` }} tabIndex={-1}>
        {count(row.open)}
        <span className="only-narrow"> open</span>
      </Link>
    ),
  },
  { key: 'top', label: 'Top', sort: 'top_priority', down: true, cell: (row) => <span data-word="top">{row.top_priority === null ? '–' : points(row.top_priority)}</span> },
  {
    key: 'age',
    label: 'Seen',
    sort: 'last_seen',
    down: true,
    cell: (row) => (
      <span data-word="seen">
        <Time at={row.last_seen} style="age" />
      </span>
    ),
  },
];
