import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { useSession } from '../../lib/session';
import { Name } from '../../components/Name';

/** One's own password. */
export function Account() {
  const session = useSession();
  const say = useSay();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => api.changePassword({ current, new: next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      say('Your password is changed. Your other sessions have ended.');
    },
  });
  return (
    <form
      className="stack loose narrow-form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <p className="soft">
        Signed in as <Name text={session?.user.name ?? ''} />. A new password ends your sessions on other machines.
      </p>
      <TextField label="Password so far" type="password" value={current} onChange={setCurrent} autoComplete="current-password" required />
      <TextField label="New password" type="password" value={next} onChange={setNext} autoComplete="new-password" required minLength={12} hint="At least 12 characters. A sentence is good." />
      {change.error && <Failure error={change.error} />}
      <div>
        <button type="submit" className="btn primary" disabled={change.isPending}>
          Change the password
        </button>
      </div>
    </form>
  );
}
