import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Asset } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { useSettled } from '../../lib/hooks';
import { words } from '../../lib/format';
import { quote } from '../../lib/query';
import { Name } from '../../components/Name';

/** Two records that mean one thing. Nothing is lost: it can be split again. */
export function MergeDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const client = useQueryClient();
  const say = useSay();
  const [typed, setTyped] = useState('');
  const [other, setOther] = useState<number | null>(null);
  const [reason, setReason] = useState('');
  const settled = useSettled(typed.trim(), 200);
  const found = useQuery(queries.assetSearch(settled === '' ? '' : quote(settled)));
  const merge = useMutation({
    mutationFn: () => api.mergeAsset(asset.id, { other: other ?? 0, reason: reason.trim() }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['assets'] });
      await client.invalidateQueries({ queryKey: ['exposures'], refetchType: 'none' });
      say('Merged. It can be split again under “Merged from”.');
      onClose();
    },
  });
  const choices = (found.data?.items ?? []).filter((row) => row.id !== asset.id);
  return (
    <Dialog title="Merge another asset into this one" onClose={onClose}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          merge.mutate();
        }}
      >
        <TextField label="Which asset is the same thing?" type="search" value={typed} onChange={setTyped} hint="Type a part of its name." />
        {found.error && <Failure error={found.error} />}
        {settled !== '' && found.data && choices.length === 0 && <p className="soft">No other asset matches.</p>}
        {choices.length > 0 && (
          <fieldset className="stack">
            <legend>Found</legend>
            {choices.map((row) => (
              <label key={row.id} className="check">
                <input type="radio" name="other" checked={other === row.id} onChange={() => setOther(row.id)} />
                <span className="wrap">
                  <Name text={row.name} /> <span className="soft">{words(row.kind)}</span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <TextField label="How do you know?" value={reason} onChange={setReason} required />
        {merge.error && <Failure error={merge.error} />}
        <div className="dialog-foot">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" disabled={merge.isPending || other === null || reason.trim() === ''}>
            Merge
          </button>
        </div>
      </form>
    </Dialog>
  );
}
