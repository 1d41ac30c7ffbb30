import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { Compared, WayCompared } from '../../api/types';
import { Name } from '../../components/Name';
import { Query } from '../../components/Query';
import { TextField } from '../../components/TextField';
import { Time } from '../../components/Time';
import { WaySteps } from '../../components/WaySteps';
import { lossWords } from '../../lib/entries';
import { percent, plural } from '../../lib/format';
import { useNow } from '../../lib/hooks';
import { Cut } from './Cut';

const spans = { 'A week': 7, '30 days': 30, '90 days': 90 };

/** What became better or worse since a day: the risk, what may fall, and the ways. */
export function Changes({ onSpot }: { onSpot: (key: string) => void }) {
  const now = useNow();
  const navigate = useNavigate();
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString().slice(0, 10);
  const { since = daysAgo(30) } = useSearch({ from: '/shell/paths' });
  const compared = useQuery({ ...queries.attackCompared(since), enabled: since !== '' });
  const compare = (day: string) => void navigate({ to: '/paths', search: (before) => ({ ...before, since: day }), replace: true, resetScroll: false });
  return (
    <>
      <TextField label="Since the end of" type="date" value={since} onChange={compare} max={daysAgo(0)} />
      <div className="row tight" role="group" aria-label="Since so long">
        {Object.entries(spans).map(([words, days]) => (
          <button key={words} type="button" className="btn quiet small" aria-pressed={since === daysAgo(days)} onClick={() => compare(daysAgo(days))}>
            {words}
          </button>
        ))}
      </div>
      {/* What is shown until another day is compared may be looked at; a click would meet what takes its place. */}
      <div className="stack" aria-busy={compared.isPlaceholderData} inert={compared.isPlaceholderData}>
        <Query of={compared}>{(data) => <Shown compared={data} onSpot={onSpot} />}</Query>
      </div>
    </>
  );
}

function Shown({ compared, onSpot }: { compared: Compared; onSpot: (key: string) => void }) {
  return (
    <>
      <p role="status">
        Since <Time at={compared.at} style="day" />, as far as it is known: {lossWords(compared.risk_then, compared.risk_now)}.
      </p>
      <h3>What may fall</h3>
      {compared.assets.length === 0 ? (
        <p className="soft">Nothing that somebody valued is more or less likely to fall.</p>
      ) : (
        <Cut rows={compared.assets}>
          {(change) => (
            <li key={change.asset.id} className="jewel-row">
              <button type="button" className="jewel" onClick={() => onSpot(`asset:${change.asset.id}`)}>
                <Name text={change.asset.name} most={60} />
                <span>
                  {percent(change.then.value)} → <strong>{percent(change.now.value)}</strong> <span className="small soft">{change.now.value > change.then.value ? 'worse' : change.now.value < change.then.value ? 'better' : 'less is certain, or more'}</span>
                </span>
              </button>
            </li>
          )}
        </Cut>
      )}
      {compared.assets_total > compared.assets.length && <p className="small soft">and {plural(compared.assets_total - compared.assets.length, 'more', 'more')} by which less is lost</p>}
      <Ways title="New ways" ways={compared.new} none="No way is among the best now that was not then." />
      <Ways title="Ways that are gone" ways={compared.gone} none="No way of then is gone from the best." />
      <h3>Not known of then</h3>
      <ul className="small soft grounds">
        {compared.unknown.map((words) => (
          <li key={words} className="wrap">
            {words}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Ways that one of the two days has, each with the facts behind the difference. */
function Ways({ title, ways, none }: { title: string; ways: WayCompared[]; none: string }) {
  return (
    <>
      <h3>
        {title}: {ways.length}
      </h3>
      {ways.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <Cut rows={ways}>
          {(change) => (
            <li key={ways.indexOf(change)} className="jewel-row">
              <details>
                <summary className="wrap">
                  {change.goal.words} <span className="small soft nowrap">{percent(change.way.chance.value)}</span>
                </summary>
                <WaySteps steps={change.way.steps} />
              </details>
              <span className="small wrap">
                {change.facts.length === 0 ? <span className="soft">The same facts; others became likelier, or less likely.</span> : <>{change.facts.slice(0, 4).join('; ')}{change.facts.length > 4 && `; and ${change.facts.length - 4} more`}</>}
              </span>
            </li>
          )}
        </Cut>
      )}
    </>
  );
}
