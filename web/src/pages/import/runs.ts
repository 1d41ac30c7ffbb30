import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints';
import { ApiError } from '../../api/errors';
import { queries } from '../../api/queries';
import type { Run } from '../../api/types';
import { count } from '../../lib/format';
import type { Upload } from '../../lib/uploads';

/** Runs by their id. */
export type Runs = ReadonlyMap<number, Run>;

const none: Runs = new Map();

/** The runs that read what was sent. */
export function useRunsOf(uploads: readonly Upload[]): Runs {
  const ids = uploads.flatMap((upload) => upload.files.map((file) => file.run));
  const [first, last] = ids.reduce(([low, high], id) => [Math.min(low, id), Math.max(high, id)], [Infinity, 0]);
  return useQuery(queries.runsBetween(first, last)).data ?? none;
}

/** What became of the findings of some runs, in words; what is nought is left out, but for what is new. */
export function outcome(runs: Run[]): string {
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const parts: [number, string][] = [
    [sum((run) => run.created), 'new'],
    [sum((run) => run.updated), 'changed'],
    [sum((run) => run.reopened), 'came back'],
    [sum((run) => run.unchanged), 'as before'],
    [sum((run) => run.closed), 'proven fixed'],
  ];
  return parts
    .filter(([number, what]) => number > 0 || what === 'new')
    .map(([number, what]) => `${count(number)} ${what}`)
    .join(', ');
}

/** Stops what is still at work. What ended meanwhile has nothing to stop. */
export async function stopRuns(runs: Run[]): Promise<void> {
  const ended = (error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  };
  // The last first: else the next one would begin in between.
  for (const run of [...runs].sort((a, b) => b.id - a.id)) await api.cancelRun(run.id).catch(ended);
}
