import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isRunning, queries } from '../../api/queries';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Progress } from '../../components/Progress';
import { RunState } from '../../components/RunState';
import { bytes, count, percent, plural } from '../../lib/format';
import { retryUpload, stopUpload, type Upload } from '../../lib/uploads';
import { MapTable } from './MapTable';
import { ReportResult } from './ReportResult';

/** Reports of an archive that are shown at first. */
const few = 20;

/** One file: sent, then read; both with their progress, and what came of it, for each report in it. */
export function UploadRow({ upload }: { upload: Upload }) {
  const [all, setAll] = useState(false);
  const single = upload.files.length === 1 ? upload.files[0] : undefined;
  const run = useQuery({ ...queries.run(single?.run ?? 0), enabled: single !== undefined }).data;
  const reading = run && isRunning(run.state);
  const shown = all ? upload.files : upload.files.slice(0, few);
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
          {upload.files.length > 1 && <span className="soft">{plural(upload.files.length, 'report')} in it</span>}
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
      {run && <ReportResult run={run} />}
      {run?.state === 'failed' && <MapTable upload={upload} />}
      {upload.files.length > 1 && (
        <ul className="stack inset" aria-label={`Reports in ${upload.name}`}>
          {shown.map((file) => (
            <Inside key={file.run} run={file.run} name={file.name.slice(upload.name.length + 1)} />
          ))}
        </ul>
      )}
      {!all && upload.files.length > few && (
        <div>
          <button type="button" className="btn" onClick={() => setAll(true)}>
            Show all {upload.files.length}
          </button>
        </div>
      )}
    </li>
  );
}

/** A report of an archive. */
function Inside({ run: id, name }: { run: number; name: string }) {
  const run = useQuery(queries.run(id)).data;
  return (
    <li className="stack">
      <div className="between">
        <span className="wrap">
          <Name text={name} />
        </span>
        <span className="row small">{run && (isRunning(run.state) ? <span className="soft">waiting, or being read</span> : <RunState run={run} />)}</span>
      </div>
      {run && <ReportResult run={run} />}
    </li>
  );
}
