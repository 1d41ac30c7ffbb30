import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { AttackSummary, Entry, EntryChange } from '../../api/types';
import { Chance } from '../../components/Chance';
import { Failure } from '../../components/Failure';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { Time } from '../../components/Time';
import { percent } from '../../lib/format';
import { firstSteps, lossWords } from '../../lib/entries';
import { useMay } from '../../lib/session';
import { EntryForm } from './EntryForm';

interface Props {
  attack: AttackSummary;
  /** How things stood before the first change here. */
  before: AttackSummary | null;
  onChange: (before: AttackSummary) => void;
}

/** Where attackers may begin, and how likely: what every number of the graph begins with. */
export function Entries({ attack, before, onChange }: Props) {
  const may = useMay('admin');
  const entries = useQuery(queries.entries());
  return (
    <Section title="Where attackers begin">
      <p className="small soft">
        How likely somebody tries each way within 30 days. Every number here begins with these. What nobody set is Bartizan’s own estimate, with a wide interval; put in what you know.
        {!may && ' An admin can change them.'}
      </p>
      {before && <Moved before={before} now={attack} />}
      <Query of={entries}>
        {(data) => (
          <ul className="jewels">
            {data.map((entry) => (
              <Row key={entry.entry} entry={entry} lacks={attack.lacks.some((lack) => lack.what === `first-step:${entry.entry}`)} may={may} onChange={() => onChange(attack)} />
            ))}
          </ul>
        )}
      </Query>
    </Section>
  );
}

/** So many assets are named whose chance moved. */
const most = 3;

/** What the changes made here did to the risk. */
function Moved({ before, now }: { before: AttackSummary; now: AttackSummary }) {
  const then = new Map(before.jewels.map((jewel) => [jewel.asset.id, jewel.chance.value]));
  const moved = now.jewels.filter((jewel) => then.has(jewel.asset.id) && then.get(jewel.asset.id) !== jewel.chance.value);
  return (
    <div className="note" role="status">
      <div>
      <p>By what you changed here, {lossWords(before.risk, now.risk)}.</p>
      {moved.slice(0, most).map((jewel) => (
        <p key={jewel.asset.id} className="small wrap">
          {jewel.asset.name}: {percent(then.get(jewel.asset.id))} → <strong>{percent(jewel.chance.value)}</strong>
        </p>
      ))}
      </div>
    </div>
  );
}

function Row({ entry, lacks, may, onChange }: { entry: Entry; lacks: boolean; may: boolean; onChange: () => void }) {
  const client = useQueryClient();
  const [editing, setEditing] = useState(false);
  // What was clicked is shown at once; what the server says follows.
  const [clicked, setClicked] = useState<boolean | null>(null);
  const save = useMutation({
    mutationFn: (change: EntryChange | null) => (change ? api.changeEntry(entry.entry, change) : api.resetEntry(entry.entry)),
    onMutate: onChange,
    onSuccess: async () => {
      setEditing(false);
      await client.invalidateQueries({ queryKey: ['attack'] });
    },
    onSettled: () => setClicked(null),
  });
  const turn = () => {
    setClicked(!entry.on);
    save.mutate({ on: !entry.on });
  };
  return (
    <li className="entry">
      <div className="between">
        {may ? (
          <label className="check">
            <input type="checkbox" checked={clicked ?? entry.on} disabled={save.isPending} onChange={turn} />
            <span>{entry.title}</span>
          </label>
        ) : (
          <span>{entry.title}</span>
        )}
        <span className="nowrap">{entry.on ? <Chance of={entry.chance} /> : <span className="soft">not considered</span>}</span>
      </div>
      <span className="small soft wrap">
        {entry.set_by === null ? (
          <>Estimate: {entry.reason}.</>
        ) : (
          <>
            Set by {entry.set_by}, <Time at={entry.set_at} />. Bartizan estimates {percent(entry.estimate.value)} ({percent(entry.estimate.low)} to {percent(entry.estimate.high)}): {entry.reason}.
          </>
        )}
      </span>
      {entry.on && lacks && <span className="small wrap">{firstSteps[entry.entry]}</span>}
      {may && !editing && (
        <span className="row small">
          <button type="button" className="link" onClick={() => setEditing(true)}>
            Set how likely<span className="visually-hidden">: {entry.title}</span>
          </button>
          {entry.set_by !== null && (
            <button type="button" className="link" disabled={save.isPending} onClick={() => save.mutate(null)}>
              Back to the estimate<span className="visually-hidden">: {entry.title}</span>
            </button>
          )}
        </span>
      )}
      {editing && <EntryForm entry={entry} pending={save.isPending} onSave={(chance) => save.mutate({ chance, on: true })} onClose={() => setEditing(false)} />}
      {save.error && <Failure error={save.error} />}
    </li>
  );
}
