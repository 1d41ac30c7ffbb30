import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/endpoints';
import type { DecisionInput, Verdict } from '../../api/types';
import { ChoiceField } from '../../components/ChoiceField';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { count, inWords, plural } from '../../lib/format';
import { useNow, useSettled } from '../../lib/hooks';
import type { Selection } from '../../lib/selection';
import { WhatChanges } from './WhatChanges';

const verdicts: { value: Verdict; label: string; hint: string; done: string }[] = [
  { value: 'accepted', label: 'Accept the risk', hint: 'until a day; then it comes back.', done: 'accepted' },
  { value: 'false-positive', label: 'False positive', hint: 'it is not there.', done: 'marked as false positive' },
  { value: 'not-affected', label: 'Not affected', hint: 'it is there and cannot be used here.', done: 'marked as not affected' },
];

const days = (now: number, add: number) => new Date(now + add * 86_400_000).toISOString().slice(0, 10);

/** A judgement about one exposure or many: what will change is shown before, and can be taken back after. */
export function DecideDialog({ target, onClose, onDone }: { target: Selection; onClose: () => void; onDone: () => void }) {
  const now = useNow();
  const id = useId();
  const client = useQueryClient();
  const say = useSay();
  const [verdict, setVerdict] = useState<Verdict>('accepted');
  const [until, setUntil] = useState(() => days(now, 90));
  const [reason, setReason] = useState('');

  const body: DecisionInput = {
    ...(target.kind === 'all' ? { q: target.q } : { ids: [...target.ids] }),
    verdict,
    reason: reason.trim(),
    ...(verdict === 'accepted' && until !== '' && { until: `${until}T00:00:00Z` }),
  };
  const settled = useSettled(JSON.stringify({ ...body, reason: 'preview' }), 200);
  const preview = useQuery({ queryKey: ['decision-preview', settled], queryFn: () => api.previewDecision(JSON.parse(settled) as DecisionInput), gcTime: 0 });
  const decide = useMutation({
    mutationFn: () => api.decide(body),
    onSuccess: ({ decision, count: decided }) => {
      const undo = async () => {
        await api.undoDecision(decision.id);
        await client.invalidateQueries({ queryKey: ['exposures'] });
        say('The decision is undone.');
      };
      say(`${plural(decided, 'exposure')} ${verdicts.find((one) => one.value === verdict)?.done ?? 'decided'}.`, { label: 'Undo', run: () => void undo() });
      onDone();
    },
  });
  const shown = preview.data;
  const submit = `decide-${id}`;

  return (
    <Dialog
      title="Decide"
      onClose={onClose}
      foot={
        <>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={submit} className="btn primary" disabled={decide.isPending || reason.trim() === ''}>
            {shown ? `Decide about ${plural(shown.count, 'exposure')}` : 'Decide'}
          </button>
        </>
      }
    >
      <form
        id={submit}
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          decide.mutate();
        }}
      >
        <ChoiceField legend="What is your judgement?" value={verdict} onChange={setVerdict} options={verdicts} />
        {verdict === 'accepted' && <TextField label="Accepted until" type="date" value={until} onChange={setUntil} min={days(now, 1)} required hint="On that day it is open again." />}
        <div className="field">
          <label htmlFor={id}>Why</label>
          <textarea id={id} value={reason} onChange={(event) => setReason(event.target.value)} required aria-describedby={`${id}-hint`} />
          <span className="hint" id={`${id}-hint`}>
            Whoever reads this next year, and an auditor, will want to know.
          </span>
        </div>
      </form>
      <WhatChanges
        preview={preview}
        now={
          shown && Object.keys(shown.by_status).length > 0 ? (
            <>, now {Object.entries(shown.by_status).map(([status, n]) => `${inWords(status)}: ${count(n)}`).join(', ')}</>
          ) : null
        }
      />
      {decide.error && <Failure error={decide.error} />}
    </Dialog>
  );
}
