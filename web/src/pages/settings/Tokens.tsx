import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Role, Token } from '../../api/types';
import { Copy } from '../../components/Copy';
import { Failure } from '../../components/Failure';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { SelectField } from '../../components/SelectField';
import { TextField } from '../../components/TextField';
import { Time } from '../../components/Time';
import { useNow } from '../../lib/hooks';
import { useSession } from '../../lib/session';
import { roleNames, roles } from './roles';
import { Name } from '../../components/Name';

export function Tokens() {
  const tokens = useQuery(queries.tokens());
  return (
    <>
      <p className="soft">
        A token lets a script call the API as you, with a role of its own: <code>Authorization: Bearer btz_…</code>
      </p>
      <Query of={tokens}>{(data) => <List tokens={data} />}</Query>
      <AddToken />
    </>
  );
}

function List({ tokens }: { tokens: Token[] }) {
  const client = useQueryClient();
  const remove = useMutation({ mutationFn: api.removeToken, onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }) });
  if (tokens.length === 0) return <p>You have no tokens.</p>;
  return (
    <>
      {remove.error && <Failure error={remove.error} />}
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Last used</th>
            <th scope="col">Ends</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row" className="wrap">
                <Name text={token.name} />
              </th>
              <td>{roleNames[token.role]}</td>
              <td data-label="used">
                <Time at={token.last_used} />
              </td>
              <td data-label="ends">
                <Time at={token.expires} style="day" />
              </td>
              <td>
                <button type="button" className="link" onClick={() => remove.mutate(token.id)}>
                  Revoke<span className="visually-hidden"> {token.name}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function AddToken() {
  const client = useQueryClient();
  const now = useNow();
  const mine = useSession()?.user.role ?? 'viewer';
  const allowed = roles.slice(0, roles.findIndex((role) => role.value === mine) + 1);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [expires, setExpires] = useState(() => new Date(now + 90 * 86_400_000).toISOString().slice(0, 10));
  const add = useMutation({
    mutationFn: () => api.addToken({ name: name.trim(), role, ...(expires && { expires: `${expires}T00:00:00Z` }) }),
    onSuccess: async () => {
      setName('');
      await client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <Section title="Make a token">
      {add.data?.token && (
        <div className="stack" role="status">
          <p>
            <strong>Copy it now: it is not shown again.</strong>
          </p>
          <Copy text={add.data.token} label="Copy the token" />
        </div>
      )}
      <form
        className="stack loose narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} required hint="What uses it, such as “nightly import”." />
        <SelectField label="Role" value={role} onChange={(value) => setRole(value as Role)} options={allowed} />
        <TextField label="Ends on" type="date" value={expires} onChange={setExpires} hint="Empty: never." />
        {add.error && <Failure error={add.error} />}
        <div>
          <button type="submit" className="btn primary" disabled={add.isPending}>
            Make the token
          </button>
        </div>
      </form>
    </Section>
  );
}
