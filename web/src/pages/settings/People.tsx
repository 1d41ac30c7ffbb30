import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Role, User } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { SelectField } from '../../components/SelectField';
import { TextField } from '../../components/TextField';
import { Time } from '../../components/Time';
import { useSay } from '../../components/Toasts';
import { useSession } from '../../lib/session';
import { roleNames, roles } from './roles';
import { Name } from '../../components/Name';

export function People() {
  const users = useQuery(queries.users());
  return (
    <>
      <Query of={users}>
        {(data) => (
          <table className="cards">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Last signed in</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((user) => (
                <Person key={user.id} user={user} />
              ))}
            </tbody>
          </table>
        )}
      </Query>
      {users.data && <AddPerson />}
    </>
  );
}

function Person({ user }: { user: User }) {
  const client = useQueryClient();
  const me = useSession()?.user.id === user.id;
  const settle = () => client.invalidateQueries({ queryKey: ['users'] });
  const edit = useMutation({ mutationFn: (body: { role?: Role; disabled?: boolean }) => api.editUser(user.id, body), onSettled: settle });
  const remove = useMutation({ mutationFn: () => api.removeUser(user.id), onSettled: settle });
  const [sure, setSure] = useState(false);
  const error = edit.error ?? remove.error;
  return (
    <tr>
      <th scope="row" className="wrap">
        <Name text={user.name} /> {me && <span className="tag">you</span>} {user.disabled && <span className="tag warn">disabled</span>}
        {error && <Failure error={error} />}
      </th>
      <td>
        <select aria-label={`Role of ${user.name}`} value={user.role} disabled={me || edit.isPending} onChange={(event) => edit.mutate({ role: event.target.value as Role })}>
          {roles.map((role) => (
            <option key={role.value} value={role.value}>
              {roleNames[role.value]}
            </option>
          ))}
        </select>
      </td>
      <td data-label="Last signed in">
        <Time at={user.last_login} />
      </td>
      <td>
        {!me && (
          <span className="row">
            <button type="button" className="link" onClick={() => edit.mutate({ disabled: !user.disabled })}>
              {user.disabled ? 'Enable' : 'Disable'}
              <span className="visually-hidden"> {user.name}</span>
            </button>
            <button type="button" className="link" onClick={() => (sure ? remove.mutate() : setSure(true))}>
              {sure ? 'Really remove?' : 'Remove'}
              <span className="visually-hidden"> {user.name}</span>
            </button>
            {sure && <span className="small soft">What they own will have no owner.</span>}
          </span>
        )}
      </td>
    </tr>
  );
}

function AddPerson() {
  const client = useQueryClient();
  const say = useSay();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useMutation({
    mutationFn: () => api.addUser({ name: name.trim(), password, role }),
    onSuccess: async () => {
      say(`${name.trim()} can sign in now.`);
      setName('');
      setPassword('');
      await client.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <Section title="Add a person">
      <form
        className="stack loose narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} required hint="Letters, digits and . _ - @" />
        <TextField label="First password" type="password" value={password} onChange={setPassword} autoComplete="new-password" required minLength={12} hint="At least 12 characters." />
        <SelectField label="Role" value={role} onChange={(value) => setRole(value as Role)} options={roles} />
        {add.error && <Failure error={add.error} />}
        <div>
          <button type="submit" className="btn primary" disabled={add.isPending}>
            Add
          </button>
        </div>
      </form>
    </Section>
  );
}
