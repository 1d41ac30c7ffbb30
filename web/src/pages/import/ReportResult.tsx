import { Link } from '@tanstack/react-router';
import { isRunning } from '../../api/queries';
import type { Run } from '../../api/types';
import { Failure } from '../../components/Failure';
import { count, plural } from '../../lib/format';

/** What came of one report. What its tool itself set aside is told apart: it is imported, and closes nothing. */
export function ReportResult({ run }: { run: Run }) {
  if (isRunning(run.state)) return null;
  return (
    <>
      {run.error && <Failure error={new Error(run.error)} />}
      {run.state === 'finished' && (
        <p className="soft">
          {plural(run.findings, 'finding')} on {plural(run.assets, 'asset')}: {count(run.created)} new, {count(run.unchanged + run.updated)} known, {count(run.closed)} proven fixed.
          {run.suppressed > 0 && <> {plural(run.suppressed, 'finding')} set aside by the tool itself.</>}{' '}
          <Link to="/runs/$id" params={{ id: String(run.id) }}>
            Details
          </Link>
        </p>
      )}
    </>
  );
}
