import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Exposure, NamedExposure, Said } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Section } from '../../components/Section';
import { TextField } from '../../components/TextField';
import { Time } from '../../components/Time';
import { useSay } from '../../components/Toasts';
import { actor, locus } from '../../lib/format';
import { useMay } from '../../lib/session';

/** What a person is about to say of two exposures. */
interface Word {
  kind: 'same' | 'apart';
  other: NamedExposure;
}

/** Which other tools see the same, why that is held to be so, and what is perhaps the same too. */
export function TogetherPart({ exposure, onChanged }: { exposure: Exposure; onChanged: () => void }) {
  const may = useMay('analyst');
  const together = useQuery(queries.together(exposure.id));
  const [word, setWord] = useState<Word | null>(null);
  if (together.error) {
    return (
      <Section title="Other tools">
        <Failure error={together.error} />
      </Section>
    );
  }
  const { members = [], proposals = [] } = together.data ?? {};
  if (members.length < 2 && proposals.length === 0) return null;
  return (
    <>
      {members.length > 1 && (
        <Section title="Also seen by">
          <ul className="stack loose">
            {members.map(({ exposure: part, because }) => (
              <Line key={part.id} part={part}>
                {may && (
                  <button type="button" className="link" aria-label={`Not the same: ${part.weakness}`} onClick={() => setWord({ kind: 'apart', other: part })}>
                    Not the same
                  </button>
                )}
                {because.slice(0, 1).map((said) => (
                  <Why key={`${said.one}-${said.other}`} said={said} />
                ))}
              </Line>
            ))}
          </ul>
        </Section>
      )}
      {proposals.length > 0 && (
        <Section title="May be the same">
          <ul className="stack loose">
            {proposals.map((proposal) => {
              const other = members.some((part) => part.exposure.id === proposal.one.id) ? proposal.other : proposal.one;
              return (
                <Line key={other.id} part={other} linked>
                  {may && (
                    <span className="row">
                      <button type="button" className="link" aria-label={`The same: ${other.weakness}`} onClick={() => setWord({ kind: 'same', other })}>
                        The same
                      </button>
                      <button type="button" className="link" aria-label={`Not the same: ${other.weakness}`} onClick={() => setWord({ kind: 'apart', other })}>
                        Not the same
                      </button>
                    </span>
                  )}
                  <p className="small soft wrap">{proposal.reason}</p>
                </Line>
              );
            })}
          </ul>
        </Section>
      )}
      {word && <WordDialog word={word} from={partner(word, exposure.id, members.map((part) => part.exposure.id))} onClose={() => setWord(null)} onDone={onChanged} />}
    </>
  );
}

/** Who the other one is compared with: any of those that are one, but itself. */
function partner(word: Word, own: number, members: number[]): number {
  return members.find((id) => id !== word.other.id) ?? own;
}

function Line({ part, linked = false, children }: { part: NamedExposure; linked?: boolean; children: ReactNode }) {
  return (
    <li className="stack">
      <div className="between">
        <strong className="wrap">
          <Name text={part.sources.join(', ') || 'no tool any more'} />
        </strong>
        <span className="small soft">
          <Time at={part.first_seen} style="day" /> to <Time at={part.last_seen} style="day" />
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
      </p>
      {children}
    </li>
  );
}

function Why({ said }: { said: Said }) {
  return (
    <p className="small soft wrap">
      One because {said.reason} (<Name text={said.rule === 'person' ? actor(said.by) : said.rule} />, <Time at={said.at} />)
    </p>
  );
}

function WordDialog({ word, from, onClose, onDone }: { word: Word; from: number; onClose: () => void; onDone: () => void }) {
  const client = useQueryClient();
  const say = useSay();
  const [reason, setReason] = useState('');
  const same = word.kind === 'same';
  const send = useMutation({
    mutationFn: () => (same ? api.confirmSame : api.tellApart)(from, { other: word.other.id, reason: reason.trim() }),
    onSuccess: async () => {
      say(same ? 'They are one now. It can be undone under “Also seen by”.' : 'Told apart. No rule joins them again.');
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
