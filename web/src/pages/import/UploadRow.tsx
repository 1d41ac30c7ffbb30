import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isRunning, queries } from '../../api/queries';
import { Failure } from '../../components/Failure';
import { Progress } from '../../components/Progress';
import { RunState } from '../../components/RunState';
import { bytes, count, percent, plural } from '../../lib/format';
import { retryUpload, stopUpload, type Upload } from '../../lib/uploads';
import { Name } from '../../components/Name';

/** One file: sent, then read; both with their progress, and what came of it. */
export function UploadRow({ upload }: { upload: Upload }) {
  const run = useQuery({ ...queries.run(upload.run ?? 0), enabled: upload.run !== null }).data;
  const reading = run && isRunning(run.state);
  return (
    <li className="stack" data-testid="upload">
      <div className="between">
        <span className="wrap">
          <strong>
            <Name text={upload.name} />
          </strong>{' '}
          <span className="soft small">{bytes(upload.size)}</span>
        </span>
        <span className="row small">
          {upload.state === 'waiting' && <span className="soft">waiting</span>}
          {upload.state === 'sending' && <span className="soft">sending, {percent(upload.share)}</span>}
          {upload.state === 'stopped' && <span className="soft">stopped</span>}
          {reading && <span className="soft">reading, {run.progress === null ? `${count(run.findings)} findings` : percent(run.progress)}</span>}
          {run && !reading && <RunState run={run} />}
          {(upload.state === 'waiting' || upload.state === 'sending') && (
            <button type="button" className="link" onClick={() => stopUpload(upload.id)}>
              Stop
            </button>
          )}
          {(upload.state === 'failed' || upload.state === 'stopped') && (
            <button type="button" className="link" onClick={() => retryUpload(upload.id)}>
              Try again
            </button>
          )}
        </span>
      </div>
      {upload.state === 'sending' && <Progress share={upload.share} label={`Sending ${upload.name}`} />}
      {reading && <Progress share={run.progress} label={`Reading ${upload.name}`} />}
      {upload.error && <Failure error={upload.error} />}
      {run?.error && <Failure error={new Error(run.error)} />}
      {run && !reading && (
        <p className="soft">
          {plural(run.findings, 'finding')} on {plural(run.assets, 'asset')}: {count(run.created)} new, {count(run.unchanged + run.updated)} known, {count(run.closed)} proven fixed.{' '}
          <Link to="/runs/$id" params={{ id: String(run.id) }}>
            Details
          </Link>
        </p>
      )}
    </li>
  );
}
