import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isRunning, queries } from '../../api/queries';
import type { Run } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { count, plural, sentence } from '../../lib/format';
import { outcome } from './runs';

/** Rejected rows that are told here; the run's page has them all. */
const few = 3;

/** What came of one report. What its tool itself set aside is told apart: it is imported, and closes nothing. */
export function ReportResult({ run }: { run: Run }) {
  if (isRunning(run.state)) return null;
  const details = (
    <Link to="/runs/$id" params={{ id: String(run.id) }}>
      Details
    </Link>
  );
  if (run.state === 'cancelled') return <p className="soft">Nothing of it was stored. {details}</p>;
  if (run.state !== 'finished') return <Failure error={new Error(why(run))} />;
  return (
    <>
      <p className="soft">
        {plural(run.findings, 'finding')} on {plural(run.assets, 'asset')}
        {run.findings + run.closed > 0 && <>: {outcome([run])}</>}.{run.findings + run.assets === 0 && <> The report holds nothing that could be taken in.</>}
        {run.suppressed > 0 && <> {plural(run.suppressed, 'finding')} set aside by the tool itself.</>} {details}
      </p>
      {run.rejected > 0 && <Rejected run={run} />}
      {run.gaps > 0 && <Gaps run={run} />}
    </>
  );
}

/** Why it failed; its name stands beside it already. */
function why({ error, label }: Run): string {
  const told = error ?? 'It did not end; nothing of it was stored';
  return sentence(told.startsWith(`${label}: `) ? told.slice(label.length + 2) : told);
}

/** What the report did not look at: nothing there is closed by it. */
function Gaps({ run }: { run: Run }) {
  const gaps = useQuery(queries.run(run.id)).data?.gap_list ?? [];
  return (
    <ul className="plain-list small soft" aria-label={`Not looked at by ${run.label}`}>
      {gaps.slice(0, few).map((gap, index) => (
        <li key={`${gap.what}-${index}`} className="wrap">
          Not looked at: <Name text={gap.what} most={200} />: <Name text={gap.why} most={400} />
        </li>
      ))}
      {gaps.length > 0 && <More run={run} of={run.gaps} />}
    </ul>
  );
}

/** Where the rest of so many is, if there is a rest. */
function More({ run, of }: { run: Run; of: number }) {
  return of > few ? (
    <li>
      <Link to="/runs/$id" params={{ id: String(run.id) }}>
        and {count(of - few)} more
      </Link>
    </li>
  ) : null;
}

/** The rows that could not be used: where, and why. */
function Rejected({ run }: { run: Run }) {
  const rows = useQuery(queries.run(run.id)).data?.rejected_list ?? [];
  return (
    <div className="small">
      <p>{plural(run.rejected, 'row')} rejected; the rest is imported:</p>
      <ul className="plain-list">
        {rows.slice(0, few).map((row, index) => (
          <li key={`${row.at}-${index}`} className="wrap">
            <span className="mono">{row.at}</span>: <Name text={row.reason} />
          </li>
        ))}
        {rows.length > 0 && <More run={run} of={run.rejected} />}
      </ul>
    </div>
  );
}
