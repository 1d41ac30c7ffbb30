import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isRunning } from '../../api/queries';
import { Progress } from '../../components/Progress';
import { Section } from '../../components/Section';
import { count, plural } from '../../lib/format';
import { clearUploads, stopUpload, type Upload } from '../../lib/uploads';
import { outcome, stopRuns, useRunsOf, type Runs } from './runs';
import { UploadRow } from './UploadRow';

/** Files that are shown at first. */
const few = 50;

/** What was handed over, file by file, and what came of all of it. */
export function Files({ uploads }: { uploads: readonly Upload[] }) {
  const runs = useRunsOf(uploads);
  const [all, setAll] = useState(false);
  const shown = uploads.filter((upload, index) => all || index < few || failed(upload, runs));
  return (
    <Section
      title="Files"
      aside={
        <span className="row">
          <Link to="/exposures" search={{ q: 'status:open', sort: '-first_seen' }}>
            See the newest exposures
          </Link>
          <Link to="/exposures/alike">See what may be the same</Link>
          <button type="button" className="link" onClick={clearUploads}>
            Clear the list
          </button>
        </span>
      }
    >
      {uploads.length > 1 && <Sum uploads={uploads} runs={runs} />}
      <ul className="stack loose" aria-label="Files">
        {shown.map((upload) => (
          <UploadRow key={upload.id} upload={upload} runs={runs} />
        ))}
      </ul>
      {shown.length < uploads.length && (
        <div>
          <button type="button" className="btn" onClick={() => setAll(true)}>
            Show all {count(uploads.length)}
          </button>
        </div>
      )}
    </Section>
  );
}

function failed(upload: Upload, runs: Runs): boolean {
  return upload.state === 'failed' || upload.files.some((file) => runs.get(file.run)?.state === 'failed');
}

/** All files together: how far they are, and what they brought. */
function Sum({ uploads, runs }: { uploads: readonly Upload[]; runs: Runs }) {
  const client = useQueryClient();
  const own = uploads.flatMap((upload) => upload.files.flatMap((file) => runs.get(file.run) ?? []));
  const reading = own.filter((run) => isRunning(run.state));
  const ended = own.filter((run) => run.state === 'finished');
  const sending = uploads.filter((upload) => upload.state === 'waiting' || upload.state === 'sending');
  const bad = uploads.filter((upload) => upload.state === 'failed').length + own.filter((run) => run.state === 'failed' || run.state === 'interrupted').length;
  const stop = useMutation({
    mutationFn: () => {
      for (const upload of sending) stopUpload(upload.id);
      return stopRuns(reading);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
  const apart = [
    [ended.reduce((sum, run) => sum + run.suppressed, 0), 'set aside by their tools'],
    [ended.reduce((sum, run) => sum + run.rejected, 0), 'rejected'],
  ] as const;
  const left = sending.length + reading.length;
  return (
    <div className="stack" data-testid="sum">
      <div className="between">
        <p role="status">
          <strong>
            {plural(ended.length, 'report')} imported{bad > 0 && <>, {count(bad)} failed</>}
            {left > 0 && <>, {count(left)} to go</>}
          </strong>
          {ended.length > 0 && <span className="soft">: {[outcome(ended), ...apart.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`)].join(', ')}</span>}
        </p>
        {left > 0 && (
          <button type="button" className="btn" disabled={stop.isPending} onClick={() => stop.mutate()}>
            Stop all
          </button>
        )}
      </div>
      {left > 0 && <Progress share={1 - left / (sending.length + own.length)} label="All files" />}
    </div>
  );
}
