import { Link } from '@tanstack/react-router';
import type { ExposureRow } from '../../api/types';
import type { Column } from '../../components/DataTable';
import { Level } from '../../components/Level';
import { Score } from '../../components/Score';
import { Severity } from '../../components/Severity';
import { Time } from '../../components/Time';
import { inWords, locus, words } from '../../lib/format';
import { Name } from '../../components/Name';

export const exposureColumns: Column<ExposureRow>[] = [
  { key: 'score', label: 'Score', sort: 'priority', down: true, cell: (row) => <Score value={row.priority} low={row.priority_low} high={row.priority_high} /> },
  { key: 'band', label: 'Band', cell: (row) => <Level band={row.band} /> },
  {
    key: 'title',
    label: 'What',
    cell: (row) => (
      <>
        <div className="cut">
          <Link to="/exposures/$id" params={{ id: String(row.id) }} tabIndex={-1} title={row.title}>
            <Name text={row.title} />
          </Link>
        </div>
        <div className="second">
          <Name text={row.weakness} />
          {row.status !== 'open' && <> · {inWords(row.status)}</>}
          {row.kev === true && <> · exploited in the wild</>}
        </div>
      </>
    ),
  },
  {
    key: 'asset',
    label: 'Where',
    sort: 'asset',
    cell: (row) => (
      <>
        <div className="cut" title={row.asset}>
          <Name text={row.asset} />
        </div>
        <div className="second" title={row.locus}>
          {locus(row.locus)}
        </div>
      </>
    ),
  },
  { key: 'severity', label: 'Severity', sort: 'severity', down: true, cell: (row) => <Severity value={row.severity} /> },
  { key: 'reach', label: 'Reach', cell: (row) => (row.reach === 'unknown' ? <span className="soft">Unknown</span> : words(row.reach)) },
  {
    key: 'age',
    label: 'Age',
    sort: 'first_seen',
    cell: (row) => (
      <span data-word="open">
        <Time at={row.first_seen} style="age" />
      </span>
    ),
  },
  {
    key: 'owner',
    label: 'Owner',
    cell: (row) => (
      <div className="cut small" title={row.owner ?? undefined} data-word={row.owner === null ? undefined : 'owner'}>
        {row.owner === null ? <span className="soft only-wide">–</span> : <Name text={row.owner} />}
      </div>
    ),
  },
  {
    key: 'sources',
    label: 'Seen by',
    cell: (row) => (
      <div className="cut soft small" title={row.sources.join(', ')}>
        {row.sources.join(', ')}
      </div>
    ),
  },
];

export const sorts = [
  { value: '-priority', label: 'Most urgent first' },
  { value: '-severity', label: 'Worst severity first' },
  { value: '-first_seen', label: 'Newest first' },
  { value: 'first_seen', label: 'Oldest first' },
  { value: 'asset', label: 'By asset' },
];
