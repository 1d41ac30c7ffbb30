import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import type { Table } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { SelectField } from '../../components/SelectField';
import { TextField } from '../../components/TextField';
import { beginningOf, retryUpload, type Upload } from '../../lib/uploads';

/** Files that may be tables of which somebody said before what their columns mean. */
const tables = /\.(csv|tsv|txt)(\.gz|\.zst)?$/i;

/** Where a file that was not understood is a table, a person can say what its columns mean; what was said can be changed. */
export function MapTable({ upload, failed }: { upload: Upload; failed: boolean }) {
  const [open, setOpen] = useState(false);
  const table = useQuery({ queryKey: ['table', upload.id], queryFn: () => api.lookAtTable(beginningOf(upload.id)), retry: false, enabled: failed || tables.test(upload.name) });
  const said = table.data !== undefined && table.data.source !== null;
  if (!table.data || (!failed && !said)) return null;
  return (
    <div className="row">
      <button type="button" className={failed ? 'btn primary' : 'btn'} onClick={() => setOpen(true)}>
        {said ? 'Change what its columns mean…' : 'Say what its columns mean…'}
      </button>
      {said && !failed && <span className="soft small">Read by what was said of these columns before.</span>}
      {open && <Columns table={table.data} upload={upload} onClose={() => setOpen(false)} />}
    </div>
  );
}

function Columns({ table, upload, onClose }: { table: Table; upload: Upload; onClose: () => void }) {
  const client = useQueryClient();
  const [fields, setFields] = useState(() => table.columns.map((column) => column.field ?? ''));
  const [source, setSource] = useState(table.source ?? '');
  const options = [{ value: '', label: 'Leave out' }, ...table.fields.map((field) => ({ value: field.name, label: `${field.name.replaceAll('_', ' ')}: ${field.about}` }))];
  const save = useMutation({
    mutationFn: () => {
      const pairs = table.columns.flatMap((column, index) => (fields[index] ? [[column.name, fields[index]] as const] : []));
      return api.mapTable(table.header, { source: source.trim(), columns: Object.fromEntries(pairs) });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['table'] });
      retryUpload(upload.id);
      onClose();
    },
  });
  return (
    <Dialog title={`What the columns of ${upload.name} mean`} onClose={onClose}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className="soft">It is kept, and counts for every file with these columns. A row with a title, a rule or a CVE is a finding; others are assets, services or software.</p>
        <TextField label="Where it comes from" value={source} onChange={setSource} hint="Shown as the source: cmdb, facilities. Else it is called “table”." />
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">In its first rows</th>
              <th scope="col">Means</th>
            </tr>
          </thead>
          <tbody>
            {table.columns.map((column, index) => (
              <tr key={`${column.name}-${index}`}>
                <th scope="row" className="wrap">
                  <Name text={column.name || `column ${index + 1}`} />
                </th>
                <td className="wrap small soft" data-label="In its first rows">
                  <Name text={table.rows.map((row) => row[index] ?? '').filter(Boolean).slice(0, 3).join(', ')} />
                </td>
                <td data-label="Means">
                  <SelectField label={`Meaning of ${column.name}`} hidden value={fields[index] ?? ''} onChange={(value) => setFields(fields.map((field, at) => (at === index ? value : field)))} options={options} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {save.error && <Failure error={save.error} />}
        <div className="dialog-foot">
          <button type="submit" className="btn primary" disabled={save.isPending}>
            Import with this
          </button>
        </div>
      </form>
    </Dialog>
  );
}
