import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints';
import { ApiError } from '../../api/errors';
import { queries } from '../../api/queries';
import type { Run } from '../../api/types';
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

/** Stops what is still at work. What ended meanwhile has nothing to stop. */
export async function stopRuns(runs: Run[]): Promise<void> {
  const ended = (error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  };
  // The last first: else the next one would begin in between.
  for (const run of [...runs].sort((a, b) => b.id - a.id)) await api.cancelRun(run.id).catch(ended);
}
