import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { AssignmentInput } from '../../api/types';
import { ChoiceField } from '../../components/ChoiceField';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { count, plural } from '../../lib/format';
import type { Selection } from '../../lib/selection';
import { useSession } from '../../lib/session';
import { WhatChanges } from './WhatChanges';

/** More people than this are looked for by name. */
const few = 8;
const nobody = '';

/** Who is to fix one exposure or many: what will change is shown before, and can be taken back after. */
export function AssignDialog({ target, onClose, onDone }: { target: Selection; onClose: () => void; onDone: () => void }) {
  const me = useSession()?.user.name ?? '';
  const submit = `assign-${useId()}`;
  const client = useQueryClient();
  const say = useSay();
  const [owner, setOwner] = useState(me);
  const [typed, setTyped] = useState('');
  const people = useQuery(queries.people());

  const which: Omit<AssignmentInput, 'owner'> = target.kind === 'all' ? { q: target.q } : { ids: [...target.ids] };
  const preview = useQuery({ queryKey: ['assignment-preview', which], queryFn: () => api.previewAssignment({ ...which, owner: null }), gcTime: 0 });
  const assign = useMutation({
    mutationFn: () => api.assign({ ...which, owner: owner === nobody ? null : owner }),
    onSuccess: (made) => {
      const undo = async () => {
        const back = await api.undoAssignment(made.id);
        await client.invalidateQueries({ queryKey: ['exposures'] });
        say(back.count === made.count ? 'The assignment is undone.' : `${plural(back.count, 'exposure')} went back. The others were assigned again since.`);
      };
      const words = made.owner === null ? 'belong to nobody now' : `assigned to ${made.owner === me ? 'you' : made.owner}`;
      say(`${plural(made.count, 'exposure')} ${words}.`, { label: 'Undo', run: () => void undo().catch(() => say('It could not be undone. Look at the exposures before trying again.')) });
      onDone();
    },
  });
  const shown = preview.data;
  const others = (people.data ?? []).map((person) => person.name).filter((name) => name !== me && name.toLowerCase().includes(typed.trim().toLowerCase()));
  const options = [
    { value: me, label: 'Me', hint: me },
    ...others.slice(0, few).map((name) => ({ value: name, label: name })),
    { value: nobody, label: 'Nobody', hint: 'it waits for an owner' },
  ];

  return (
    <Dialog
      title="Assign"
      onClose={onClose}
      foot={
        <>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={submit} className="btn primary" disabled={assign.isPending}>
            {shown ? `Assign ${plural(shown.count, 'exposure')}` : 'Assign'}
          </button>
        </>
      }
    >
      <form
        id={submit}
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          if (!assign.isPending) assign.mutate();
        }}
      >
        <ChoiceField legend="Who is to fix it?" value={owner} onChange={setOwner} options={options} />
        {(people.data?.length ?? 0) > few + 1 && <TextField label="Find a person" type="search" value={typed} onChange={setTyped} hint={others.length > few ? `${count(others.length - few)} more: type a part of the name.` : 'Type a part of the name.'} />}
        {people.error && <Failure error={people.error} />}
      </form>
      <WhatChanges preview={preview} now={shown ? <>, now with {[...Object.entries(shown.by_owner), ...(shown.unowned > 0 ? [['nobody', shown.unowned] as const] : [])].map(([name, n]) => `${name}: ${count(n)}`).join(', ')}</> : null} />
      {assign.error && <Failure error={assign.error} />}
    </Dialog>
  );
}
