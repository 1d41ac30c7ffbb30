import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Scope } from '../../api/types';
import { DataClassField } from '../../components/DataClassField';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { SelectField } from '../../components/SelectField';
import { TextField } from '../../components/TextField';
import { criticalities } from '../../lib/choices';
import { plural } from '../../lib/format';
import { useSettled } from '../../lib/hooks';
import { useQuery } from '@tanstack/react-query';

export function ScopeDialog({ scope, onClose }: { scope: Scope | null; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(scope?.name ?? '');
  const [description, setDescription] = useState(scope?.description ?? '');
  const [query, setQuery] = useState(scope?.query ?? '');
  const [criticality, setCriticality] = useState(scope?.criticality ?? '');
  const [data, setData] = useState(scope?.data ?? []);
  const [jewel, setJewel] = useState(scope?.crown_jewel ?? false);
  const settled = useSettled(query.trim(), 300);
  const matching = useQuery(queries.assetSearch(settled));
  const save = useMutation({
    mutationFn: () =>
      api.saveScope(scope?.id ?? null, { name: name.trim(), description: description.trim(), query: query.trim(), criticality: criticality === '' ? null : criticality, data, crown_jewel: jewel }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onClose();
    },
  });
  return (
    <Dialog title={scope ? `Edit ${scope.name}` : 'Add a scope'} onClose={onClose}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} required />
        <TextField label="What it is" value={description} onChange={setDescription} />
        <TextField label="Which assets belong to it" value={query} onChange={setQuery} required hint="A query such as “asset:ehr-*” or “kind:data-store data:phi”." />
        {matching.error && <Failure error={matching.error} />}
        {matching.data && settled !== '' && (
          <p className="small soft" role="status">
            {plural(matching.data.total, 'asset')} now{matching.data.items.length > 0 && <>: {matching.data.items.slice(0, 3).map((row) => row.name).join(', ')}</>}
          </p>
        )}
        <SelectField
          label="What falls if it falls"
          value={criticality}
          onChange={setCriticality}
          options={[{ value: '', label: 'Not said' }, ...criticalities.map((one) => ({ value: one.value, label: `${one.label}: ${one.hint}` }))]}
        />
        <DataClassField value={data} onChange={setData} />
        <label className="check">
          <input type="checkbox" checked={jewel} onChange={() => setJewel(!jewel)} />
          <span>
            Crown jewel <span className="hint">paths that lead here count most</span>
          </span>
        </label>
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
