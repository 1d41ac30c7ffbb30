import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { asApiError } from '../api/errors';
import { api } from '../api/endpoints';
import { useMay } from '../lib/session';
import { useSay } from './Toasts';

/** How anything comes in at all: the reports of other tools, or this host itself. Nothing for who may only look. */
export function Begin() {
  const may = useMay('analyst');
  const navigate = useNavigate();
  const client = useQueryClient();
  const say = useSay();
  const discover = useMutation({
    mutationFn: api.discoverHost,
    onSuccess: async ({ run }) => {
      await client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$id', params: { id: String(run) } });
    },
    onError: (error) => say(asApiError(error).message),
  });
  if (!may) return null;
  return (
    <div className="actions">
      <button type="button" className="btn" onClick={() => discover.mutate()} disabled={discover.isPending}>
        Look at this host
      </button>
      <Link to="/import" className="btn primary">
        Import reports
      </Link>
    </div>
  );
}
