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

/** Which other tools see the same, why that is held to be so, what is perhaps the same too, and what is not. */
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
  const { members = [], proposals = [], apart = [] } = together.data ?? {};
  const isOwn = (id: number) => id === exposure.id || members.some((part) => part.exposure.id === id);
  if (members.length < 2 && proposals.length === 0 && apart.length === 0) return null;
  return (
    <>
      {members.length > 1 && (
        <Section title="Counted as one">
          <p className="soft">Tools see the same here, so it counts once. It is fixed when all of them say so.</p>
          <ul className="stack loose">
            {members.map(({ exposure: part, because }, index) => (
              <Line key={part.id} part={part}>
                {/* Of two, taking out the one is taking out the other. */}
                {may && (index > 0 || members.length > 2) && (
                  <div>
                    <button type="button" className="link" aria-label={`Not the same: ${part.weakness}`} onClick={() => setWord({ kind: 'apart', other: part })}>
                      Not the same…
                    </button>
                  </div>
                )}
                {index === 0 ? <p className="small soft">The oldest: it stands for all of them in lists.</p> : because.slice(0, 1).map((said) => <Why key={`${said.one}-${said.other}`} said={said} begin="The same, because" />)}
              </Line>
            ))}
          </ul>
        </Section>
      )}
      {proposals.length > 0 && (
        <Section title="May be the same">
          <ul className="stack loose">
            {proposals.map((proposal) => {
              const other = isOwn(proposal.one.id) ? proposal.other : proposal.one;
              return (
                <Line key={other.id} part={other} linked>
                  {may && (
                    <span className="row">
                      <button type="button" className="link" aria-label={`The same: ${other.weakness}`} onClick={() => setWord({ kind: 'same', other })}>
                        The same…
                      </button>
                      <button type="button" className="link" aria-label={`Not the same: ${other.weakness}`} onClick={() => setWord({ kind: 'apart', other })}>
                        Not the same…
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
      {apart.length > 0 && (
        <Section title="Told apart">
          <ul className="stack loose">
            {apart.map((said) => (
              <Apart key={`${said.one}-${said.other}`} said={said} other={isOwn(said.one) ? said.other : said.one} onSame={may ? (other) => setWord({ kind: 'same', other }) : null} />
            ))}
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

/** Another one that a person said is not the same; that can be taken back. */
function Apart({ said, other, onSame }: { said: Said; other: number; onSame: ((other: NamedExposure) => void) | null }) {
  const part = useQuery(queries.together(other)).data?.members.find((member) => member.exposure.id === other)?.exposure;
  if (!part) return null;
  return (
    <Line part={part} linked>
      {onSame && (
        <div>
          <button type="button" className="link" aria-label={`The same after all: ${part.weakness}`} onClick={() => onSame(part)}>
            The same after all…
          </button>
        </div>
      )}
      <Why said={said} begin="Not the same, because" />
    </Line>
  );
}

function Why({ said, begin }: { said: Said; begin: string }) {
  return (
    <p className="small soft wrap">
      {begin} {said.reason} (<Name text={said.rule === 'person' ? actor(said.by) : said.rule} />, <Time at={said.at} />)
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
