import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries';
import type { Exposure, NamedExposure, Said } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Section } from '../../components/Section';
import { Time } from '../../components/Time';
import { actor } from '../../lib/format';
import { useMay } from '../../lib/session';
import { Line, WordDialog, type Word } from './Same';

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
              <Line key={part.id} part={part} from={exposure.asset_id}>
                {/* Of two, taking out the one is taking out the other. */}
                {may && (index > 0 || members.length > 2) && (
                  <div>
                    <button type="button" className="link" aria-label={`Not the same: ${part.weakness}`} onClick={() => setWord({ kind: 'apart', other: part })}>
                      Not the same…
                    </button>
                  </div>
                )}
                {index === 0 ? <p className="small soft">It stands for all of them in lists.</p> : because.slice(0, 1).map((said) => <Why key={`${said.one}-${said.other}`} said={said} begin="The same, because" />)}
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
                <Line key={other.id} part={other} from={exposure.asset_id} linked>
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
              <Apart key={`${said.one}-${said.other}`} said={said} from={exposure.asset_id} other={isOwn(said.one) ? said.other : said.one} onSame={may ? (other) => setWord({ kind: 'same', other }) : null} />
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

/** Another one that a person said is not the same; that can be taken back. */
function Apart({ said, from, other, onSame }: { said: Said; from: number; other: number; onSame: ((other: NamedExposure) => void) | null }) {
  const part = useQuery(queries.together(other)).data?.members.find((member) => member.exposure.id === other)?.exposure;
  if (!part) return null;
  return (
    <Line part={part} from={from} linked>
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
