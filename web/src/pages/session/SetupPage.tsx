import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/TextField';
import { Door } from './Door';

/** The first account. The link that the server printed carries the one-time token. */
export function SetupPage() {
  const search = useSearch({ from: '/setup' });
  const client = useQueryClient();
  const navigate = useNavigate();
  const setup = useQuery(queries.setup());
  const [token, setToken] = useState(search.token ?? '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const create = useMutation({
    mutationFn: () => api.completeSetup({ token: token.trim(), name: name.trim(), password }),
    onSuccess: async (session) => {
      client.setQueryData(queries.setup().queryKey, { needed: false });
      client.setQueryData(queries.session().queryKey, session);
      await navigate({ to: '/' });
    },
  });
  if (setup.data && !setup.data.needed && !create.isSuccess) {
    return (
      <Door title="Bartizan is set up already" lead="The first account exists. An administrator can add more people under Settings.">
        <Link to="/sign-in" search={{ next: undefined }} className="btn primary">
          Sign in
        </Link>
      </Door>
    );
  }
  return (
    <Door title="Set up Bartizan" lead="Make the first account. It is an administrator: it can add people, scopes and feeds later.">
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        {search.token === undefined && (
          <TextField label="Set-up token" value={token} onChange={setToken} required hint="The server printed a link that ends in ?token=… when it started." />
        )}
        <TextField label="Your name" value={name} onChange={setName} autoComplete="username" required hint="To sign in with: letters, digits and . _ - @" />
        <TextField label="Password" type="password" value={password} onChange={setPassword} autoComplete="new-password" required minLength={12} hint="At least 12 characters. A sentence is good." />
        {create.error && <Failure error={create.error} />}
        <button type="submit" className="btn primary" disabled={create.isPending}>
          Create the account
        </button>
      </form>
    </Door>
  );
}
