import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/endpoints';
import type { Asset } from '../api/types';
import { ChoiceField } from './ChoiceField';
import { DataClassField } from './DataClassField';
import { Dialog } from './Dialog';
import { Failure } from './Failure';
import { useSay } from './Toasts';
import { criticalities, reaches } from '../lib/choices';

/** What only people know: who can reach it, what falls if it falls. Scores follow at once. */
export function EditAsset({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const client = useQueryClient();
  const say = useSay();
  const [reach, setReach] = useState(asset.reach);
  const [criticality, setCriticality] = useState(asset.criticality ?? '');
  const [data, setData] = useState(asset.data);
  const save = useMutation({
    // Only what was changed is declared: the rest stays with what is observed.
    mutationFn: () =>
      api.editAsset(asset.id, {
        ...(reach !== asset.reach && { reach }),
        ...(criticality !== (asset.criticality ?? '') && { criticality: criticality === '' ? null : criticality }),
        ...(data.join() !== asset.data.join() && { data }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['assets'] });
      await client.invalidateQueries({ queryKey: ['attack'] });
      await client.invalidateQueries({ queryKey: ['exposures'], refetchType: 'none' });
      say('Saved. Scores are made anew from it.');
      onClose();
    },
  });
  return (
    <Dialog title="Say what it is worth" onClose={onClose}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <ChoiceField legend="From where can it be reached?" value={reach} onChange={setReach} options={reaches} />
        <ChoiceField legend="What falls if it falls?" value={criticality} onChange={setCriticality} options={[...criticalities, { value: '', label: 'Not said', hint: asset.worth !== null && asset.criticality === null ? `its scope says ${asset.worth}` : 'its scope’s word, or a neutral value, is used' }]} />
        <DataClassField value={data} onChange={setData} />
        {save.error && <Failure error={save.error} />}
        <div className="dialog-foot">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" disabled={save.isPending}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
