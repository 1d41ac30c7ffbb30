import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/endpoints';
import type { Asset } from '../../api/types';
import { Failure } from '../../components/Failure';
import { actor } from '../../lib/format';
import { Time } from '../../components/Time';
import { useSay } from '../../components/Toasts';
import { useMay } from '../../lib/session';
import { Name } from '../../components/Name';

export function Merges({ asset }: { asset: Asset }) {
  const may = useMay('analyst');
  const client = useQueryClient();
  const say = useSay();
  const split = useMutation({
    mutationFn: api.splitMerge,
    onSuccess: async () => {
      say('Split into two assets again.');
      await client.invalidateQueries({ queryKey: ['assets'] });
    },
  });
  return (
    <ul className="stack loose">
      {asset.merges.map((merge) => (
        <li key={merge.id} className="stack">
          <div className="between">
            <span className="wrap">
              <Name text={merge.from === asset.id ? merge.into_name : merge.from_name} />
              {merge.by && <>, by <Name text={actor(merge.by)} /></>}{' '}
              <span className="soft small">
                <Time at={merge.at} />
              </span>
            </span>
            {merge.split_at ? (
              <span className="tag">
                split <Time at={merge.split_at} />
              </span>
            ) : (
              may && (
                <button type="button" className="link" disabled={split.isPending} onClick={() => split.mutate(merge.id)}>
                  Split them again
                </button>
              )
            )}
          </div>
          <p className="small soft wrap">Because: {merge.reasons.join('; ')}</p>
        </li>
      ))}
      {split.error && <Failure error={split.error} />}
    </ul>
  );
}
