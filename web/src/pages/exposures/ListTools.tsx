import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { ExportFormat } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { Icon } from '../../components/Icon';
import { Menu } from '../../components/Menu';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { plural } from '../../lib/format';
import { setPreference, usePreferences } from '../../lib/preferences';
import { sorts } from './columns';

/** What the list can be taken away as. Each is read back by the import, here or elsewhere. */
const exports: [ExportFormat, string, string][] = [
  ['csv', 'CSV', 'For spreadsheets'],
  ['json', 'JSON', 'For scripts'],
  ['sarif', 'SARIF', 'SARIF 2.1.0, for code hosts and editors'],
  ['ocsf', 'OCSF', 'OCSF 1.5.0 findings, one JSON object a line, for data lakes'],
  ['cyclonedx', 'CycloneDX', 'CycloneDX 1.6 with VEX, a document for each asset, in a zip archive'],
];

interface Props {
  q: string;
  sort: string;
  total: number;
  onSort: (sort: string) => void;
}

/** What can be done with the list as a whole: views, export, density, filters. */
export function ListTools({ q, sort, total, onSort }: Props) {
  const { density, facets } = usePreferences();
  const [saving, setSaving] = useState(false);
  return (
    <>
      <label className="only-narrow">
        <span className="visually-hidden">Sort</span>
        <select value={sort} onChange={(event) => onSort(event.target.value)}>
          {sorts.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      </label>
      <ViewsMenu onSave={() => setSaving(true)} />
      <Menu label="Export">
        {exports.map(([format, label, hint]) => (
          <a key={format} className="btn quiet" href={api.exportUrl(q, format)} download title={hint}>
            {plural(total, 'row')} as {label}
          </a>
        ))}
      </Menu>
      <button type="button" className="btn only-wide" aria-pressed={density === 'compact'} onClick={() => setPreference({ density: density === 'compact' ? 'comfortable' : 'compact' })}>
        Compact
      </button>
      <button type="button" className="btn only-wide" aria-pressed={facets} onClick={() => setPreference({ facets: !facets })}>
        <Icon name="filter" /> Filters
      </button>
      {saving && <SaveView q={q} sort={sort} onClose={() => setSaving(false)} />}
    </>
  );
}

/** Views that everybody has. */
const own = [
  { name: 'My work', query: 'status:open owner:me' },
  { name: 'Without an owner', query: 'status:open owner:none' },
];

function ViewsMenu({ onSave }: { onSave: () => void }) {
  const views = useQuery(queries.views());
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({ mutationFn: api.removeView, onSettled: () => client.invalidateQueries({ queryKey: ['views'] }) });
  return (
    <Menu label="Views">
      {own.map((view) => (
        <button key={view.name} type="button" className="btn quiet" onClick={() => void navigate({ to: '/exposures', search: { q: view.query, sort: '-priority' } })}>
          {view.name}
        </button>
      ))}
      <Link to="/exposures/alike" className="btn quiet">
        May be the same
      </Link>
      {(views.data ?? []).map((view) => (
        <span key={view.id} className="between">
          <button type="button" className="btn quiet" onClick={() => void navigate({ to: '/exposures', search: { q: view.query, sort: view.sort } })}>
            <bdi className="wrap">{view.name}</bdi>
          </button>
          <button type="button" className="btn quiet icon" aria-label={`Remove the view ${view.name}`} onClick={() => remove.mutate(view.id)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      {views.error && <Failure error={views.error} />}
      {views.data?.length === 0 && <p className="small soft">A view keeps a query under a name.</p>}
      <button type="button" className="btn" onClick={onSave}>
        Save this view…
      </button>
    </Menu>
  );
}

function SaveView({ q, sort, onClose }: { q: string; sort: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const client = useQueryClient();
  const say = useSay();
  const save = useMutation({
    mutationFn: () => api.addView({ name: name.trim(), query: q, sort }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['views'] });
      say(`View “${name.trim()}” saved.`);
      onClose();
    },
  });
  return (
    <Dialog title="Save this view" onClose={onClose}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className="soft">
          It keeps the query <code className="wrap">{q === '' ? '(everything)' : q}</code> and the order.
        </p>
        <TextField label="Name" value={name} onChange={setName} required />
        {save.error && <Failure error={save.error} />}
        <div className="dialog-foot">
          <button type="submit" className="btn primary" disabled={save.isPending}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
