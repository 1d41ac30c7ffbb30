import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isRunning, queries } from '../../api/queries';
import type { Run } from '../../api/types';
import { Begin } from '../../components/Begin';
import { Empty } from '../../components/Empty';
import { Failure } from '../../components/Failure';
import { Page } from '../../components/Page';
import { Progress } from '../../components/Progress';
import { RunState } from '../../components/RunState';
import { Skeleton } from '../../components/Skeleton';
import { Time } from '../../components/Time';
import { count, duration, fileOf, words } from '../../lib/format';
import { Name } from '../../components/Name';

/** Imports, scans and collections: what was looked at, and what was not. */
export function RunsPage() {
  const runs = useInfiniteQuery(queries.runs());
  const rows = runs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="Runs"
      lead="Each import, scan and collection, with what it provably looked at. Only that can close an exposure."
      actions={<Begin />}
    >
      {runs.error && <Failure error={runs.error} retry={() => void runs.refetch()} />}
      {runs.isPending && <Skeleton lines={8} />}
      {runs.data && rows.length === 0 && <Empty title="No run yet">Import reports, or let Bartizan look at the host it runs on. Every run is kept here with its coverage.</Empty>}
      {rows.length > 0 && (
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Outcome</th>
              <th scope="col">When</th>
              <th scope="col" className="number">
                Took
              </th>
              <th scope="col" className="number">
                Findings
              </th>
              <th scope="col" className="number">
                New
              </th>
              <th scope="col" className="number">
                Closed
              </th>
              <th scope="col" className="number">
                Assets
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      )}
      {runs.hasNextPage && (
        <div>
          <button type="button" className="btn" onClick={() => void runs.fetchNextPage()} disabled={runs.isFetchingNextPage}>
            Older runs
          </button>
        </div>
      )}
    </Page>
  );
}

function Row({ run }: { run: Run }) {
  return (
    <tr>
      <th scope="row" className="wrap">
        <Link to="/runs/$id" params={{ id: String(run.id) }} className="run-name">
          <span title={run.label}>
            <Name text={fileOf(run.label)} />
          </span>
        </Link>
        <div className="soft small">
          {words(run.kind)}
          {run.source && <> · {run.source}</>}
        </div>
      </th>
      <td className="state">
        <RunState run={run} />
        {isRunning(run.state) && <Progress share={run.progress} label={`Progress of ${run.label}`} />}
      </td>
      <td>
        <Time at={run.started_at} />
      </td>
      <td className="number nowrap" data-label="took">
        {duration(run.seconds)}
      </td>
      <Count of="findings" value={run.findings} />
      <Count of="new" value={run.created} />
      <Count of="closed" value={run.closed} />
      <Count of="assets" value={run.assets} />
    </tr>
  );
}

/** What is zero steps back, and says nothing where the table is cards. */
function Count({ of, value }: { of: string; value: number }) {
  return (
    <td className={value === 0 ? 'number none' : 'number'} data-label={of}>
      {count(value)}
    </td>
  );
}
