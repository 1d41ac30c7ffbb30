import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/TextField';
import { Door } from './Door';

export function SignInPage() {
  const { next, why } = useSearch({ from: '/sign-in' });
  const client = useQueryClient();
  const router = useRouter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.signIn({ name: name.trim(), password }),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(queries.session().queryKey, session);
      // Only a path of this page: an address from elsewhere must not lead away from it.
      router.history.push(next && /^\/(?![/\\])/.test(next) ? next : '/');
    },
  });
  return (
    <Door title="Sign in" lead={why === 'ended' && 'Your session has ended. Sign in, and you are back where you were.'}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} autoComplete="username" required />
        <TextField label="Password" type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
        {signIn.error && <Failure error={signIn.error} />}
        <button type="submit" className="btn primary" disabled={signIn.isPending}>
          Sign in
        </button>
      </form>
    </Door>
  );
}
