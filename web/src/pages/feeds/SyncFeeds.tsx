import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/endpoints';
import { Failure } from '../../components/Failure';

/** Fetches every feed from where it is published, or from its mirror; the run shows how far it is. */
export function SyncFeeds() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const sync = useMutation({
    mutationFn: api.syncFeeds,
    onSuccess: async ({ run }) => {
      await client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$id', params: { id: String(run) } });
    },
  });
  return (
    <div className="stack">
      <div className="actions">
        <button type="button" className="btn" onClick={() => sync.mutate()} disabled={sync.isPending}>
          Sync now
        </button>
        <p className="hint">Fetches what changed, from where it is published. Nothing about you is sent.</p>
      </div>
      {sync.error && <Failure error={sync.error} />}
    </div>
  );
}
