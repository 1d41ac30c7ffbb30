import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/endpoints';
import { Failure } from '../../components/Failure';
import { Icon } from '../../components/Icon';
import { useMay } from '../../lib/session';

/** Made-up data must never pass for real. */
export function Demo() {
  const may = useMay('admin');
  const client = useQueryClient();
  const remove = useMutation({ mutationFn: api.removeDemo, onSuccess: () => client.invalidateQueries() });
  return (
    <div className="note warn">
      <Icon name="info" />
      <div className="stack">
        <p>
          <strong>This includes made-up demonstration data.</strong> It is marked wherever it shows.
        </p>
        {remove.error && <Failure error={remove.error} />}
        {may && (
          <div>
            <button type="button" className="btn" disabled={remove.isPending} onClick={() => remove.mutate()}>
              Remove the demo data
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
