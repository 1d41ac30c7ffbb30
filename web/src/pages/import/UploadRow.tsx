import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isRunning } from '../../api/queries';
import type { Run } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Progress } from '../../components/Progress';
import { RunState } from '../../components/RunState';
import { bytes, count, percent, plural } from '../../lib/format';
import { retryUpload, stopUpload, type Upload } from '../../lib/uploads';
import { stopRuns, type Runs } from './runs';
import { MapTable } from './MapTable';
import { ReportResult } from './ReportResult';

/** Reports of an archive that are shown at first. */
const few = 20;

/** One file: sent, then read; both with their progress, and what came of it, for each report in it. */
export function UploadRow({ upload, runs }: { upload: Upload; runs: Runs }) {
  const [all, setAll] = useState(false);
  const client = useQueryClient();
  const own = upload.files.flatMap(({ run }) => runs.get(run) ?? []);
  const reading = own.filter((run) => isRunning(run.state));
  const stop = useMutation({ mutationFn: () => stopRuns(reading), onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }) });
  const run = upload.files.length === 1 ? own[0] : undefined;
  const isSending = upload.state === 'waiting' || upload.state === 'sending';
  // What went wrong is shown, however long the archive is.
  const shown = upload.files.filter((file, index) => all || index < few || runs.get(file.run)?.state === 'failed');
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
          {upload.state === 'sending' && <span className="soft">{sending(upload)}</span>}
          {upload.state === 'stopped' && <span className="soft">stopped</span>}
          {run && (isRunning(run.state) ? <span className="soft">{readingWords(run)}</span> : <RunState run={run} />)}
          {upload.files.length > 1 && <span className="soft">{ofArchive(upload.files.length, reading.length)}</span>}
          {(isSending || reading.length > 0) && (
            <button type="button" className="link" aria-label={`Stop ${upload.name}`} disabled={stop.isPending} onClick={() => (isSending ? stopUpload(upload.id) : stop.mutate())}>
              Stop
            </button>
          )}
          {(upload.state === 'failed' || upload.state === 'stopped' || (own.length > 0 && own.every((one) => one.state === 'cancelled'))) && (
            <button type="button" className="link" aria-label={`Try ${upload.name} again`} onClick={() => retryUpload(upload.id)}>
              Try again
            </button>
          )}
        </span>
      </div>
      {upload.state === 'sending' && <Progress share={upload.share} label={`Sending ${upload.name}`} />}
      {reading.length > 0 && <Progress share={run ? shareOf(run) : 1 - reading.length / own.length} label={`Reading ${upload.name}`} />}
      {upload.error && <Failure error={upload.error} />}
      {run && <ReportResult run={run} />}
      {run && !isRunning(run.state) && <MapTable upload={upload} failed={run.state === 'failed'} />}
      {upload.files.length > 1 && (
        <ul className="stack inset" aria-label={`Reports in ${upload.name}`}>
          {shown.map((file) => (
            <Inside key={file.run} run={runs.get(file.run)} name={inside(file.name, upload.name)} />
          ))}
        </ul>
      )}
      {shown.length < upload.files.length && (
        <div>
          <button type="button" className="btn" onClick={() => setAll(true)}>
            Show all {count(upload.files.length)}
          </button>
        </div>
      )}
    </li>
  );
}

/** The name of a report within its archive, whose own name the server may have cleaned. */
function inside(name: string, archive: string): string {
  return name.slice(name.startsWith(`${archive}!`) ? archive.length + 1 : name.indexOf('!') + 1);
}

/** A report of an archive. */
function Inside({ run, name }: { run: Run | undefined; name: string }) {
  return (
    <li className="stack">
      <div className="between">
        <span className="wrap">
          <Name text={name} />
        </span>
        <span className="row small">{run && (isRunning(run.state) ? <span className="soft">{run.bytes ? readingWords(run) : 'waiting'}</span> : <RunState run={run} />)}</span>
      </div>
      {run && <ReportResult run={run} />}
    </li>
  );
}

function sending({ share, size, rate }: Upload): string {
  return [`sending ${percent(share)} of ${bytes(size)}`, ...(rate > 0 && share < 1 ? [`${bytes(rate)} a second`] : [])].join(', ');
}

/** What was read to its end is still taken in, record by record. */
function shareOf(run: Run): number | null {
  return run.progress === 1 ? null : run.progress;
}

function readingWords(run: Run): string {
  const share = shareOf(run);
  const records = run.records ?? 0;
  return [
    share === null ? 'reading' : `reading ${percent(share)}`,
    ...(records > 0 ? [plural(records, 'record')] : []),
    ...(records > 0 && (run.seconds ?? 0) > 1 ? [`${count(records / (run.seconds ?? 1))} a second`] : []),
  ].join(', ');
}

function ofArchive(reports: number, reading: number): string {
  return reading > 0 ? `${count(reports - reading)} of ${plural(reports, 'report')} read` : `${plural(reports, 'report')} in it`;
}
