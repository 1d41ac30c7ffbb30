import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/endpoints';
import type { NamedExposure } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Span } from '../../components/Span';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { locus } from '../../lib/format';

/** What a person is about to say of two exposures. */
export interface Word {
  kind: 'same' | 'apart';
  other: NamedExposure;
}

/** One of several exposures that are one, or may be; its asset is named where it is another than the one it is shown from. */
export function Line({ part, from, linked = false, children }: { part: NamedExposure; from: number; linked?: boolean; children?: ReactNode }) {
  return (
    <li className="stack">
      <div className="between">
        <strong className="wrap">
          <Name text={part.sources.join(', ') || 'no tool any more'} />
        </strong>
        <span className="small soft">
          <Span from={part.first_seen} to={part.last_seen} />
        </span>
      </div>
      <p className="wrap">
        {linked ? (
          <Link to="/exposures/$id" params={{ id: String(part.id) }} className="inline-link">
            <Name text={part.title} />
          </Link>
        ) : (
          <Name text={part.title} />
        )}
      </p>
      <p className="small soft wrap">
        <Name text={part.weakness} />
        {part.locus !== '' && <>, {locus(part.locus)}</>}
        {part.asset_id !== from && (
          <>
            , on <Name text={part.asset} />
          </>
        )}
      </p>
      {children}
    </li>
  );
}

/** Asks how the person knows, and says it. */
export function WordDialog({ word, from, onClose, onDone }: { word: Word; from: number; onClose: () => void; onDone: () => void }) {
  const client = useQueryClient();
  const say = useSay();
  const [reason, setReason] = useState('');
  const same = word.kind === 'same';
  const send = useMutation({
    mutationFn: () => (same ? api.confirmSame : api.tellApart)(from, { other: word.other.id, reason: reason.trim() }),
    onSuccess: async () => {
      say(same ? 'They are one now. It can be undone under “Counted as one”.' : 'Told apart, and no rule joins them again. It can be undone under “Told apart”.');
      onClose();
      await client.invalidateQueries({ queryKey: ['exposures'], refetchType: 'none' });
      await client.invalidateQueries({ queryKey: ['exposures', 'together'] });
      onDone();
    },
  });
  return (
    <Dialog title={same ? 'These are the same exposure' : 'These are not the same exposure'} onClose={onClose}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <p className="wrap">
          {same
            ? 'They count as one from now on: decisions and the owner of one hold for both, and it is fixed when every tool says so.'
            : 'Each counts by itself from now on, with its own sightings and history. It is remembered: no rule joins them again.'}
        </p>
        <TextField label="How do you know?" value={reason} onChange={setReason} required />
        {send.error && <Failure error={send.error} />}
        <div className="dialog-foot">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" disabled={send.isPending || reason.trim() === ''}>
            {same ? 'They are one' : 'Tell them apart'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
