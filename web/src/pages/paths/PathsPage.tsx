import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { AttackSummary } from '../../api/types';
import { Chance } from '../../components/Chance';
import { Empty } from '../../components/Empty';
import { Name } from '../../components/Name';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { count, percent, plural } from '../../lib/format';
import { Plan } from './Plan';
import { Ways } from './Ways';

/** The ways of an attacker to what matters, and what severs them. */
export function PathsPage() {
  const attack = useQuery(queries.attack());
  return (
    <Page wide title="Paths" lead="How an attacker could come from outside to what matters, step by step, with the fact behind each step; and the few fixes that cut the most ways.">
      <Query of={attack}>{(data) => (data.jewels.length === 0 ? <NothingValued /> : <Explorer attack={data} />)}</Query>
    </Page>
  );
}

function NothingValued() {
  return (
    <Empty title="Nobody said yet what matters">
      Ways lead somewhere: give the <Link to="/assets">assets</Link> that your organisation depends on a criticality or the classes of data they hold, or mark a scope as a crown jewel in the{' '}
      <Link to="/settings">settings</Link>. Then the ways to them are shown here.
    </Empty>
  );
}

function Explorer({ attack }: { attack: AttackSummary }) {
  const { asset } = useSearch({ from: '/shell/paths' });
  const navigate = useNavigate();
  const chosen = asset ?? attack.jewels[0]?.asset.id;
  const nowhere = attack.exposures > 0 ? attack.leading_nowhere / attack.exposures : 0;
  return (
    <>
      <p>
        {count(attack.steps)} steps between {count(attack.footholds)} places an attacker can stand. {plural(attack.leading_nowhere, 'open exposure')} of {count(attack.exposures)} (
        {percent(nowhere)}) lead nowhere that somebody valued, by what is known.
      </p>
      <div className="paths">
        <Section title="What may fall">
          <ul className="jewels">
            {attack.jewels.map((jewel) => (
              <li key={jewel.asset.id}>
                <button
                  type="button"
                  className="jewel"
                  aria-pressed={jewel.asset.id === chosen}
                  onClick={() => void navigate({ to: '/paths', search: { asset: jewel.asset.id } })}
                >
                  <Name text={jewel.asset.name} />
                  <Chance of={jewel.chance} />
                </button>
              </li>
            ))}
          </ul>
        </Section>
        {chosen !== undefined && <Ways key={chosen} asset={chosen} />}
      </div>
      <div className="halves">
        <Plan />
        <Section title="Choke points">
          {attack.choke_points.length === 0 ? (
            <p className="soft">No single place lies on the ways.</p>
          ) : (
            <ul className="stack">
              {attack.choke_points.slice(0, 8).map((point) => (
                <li key={point.place.key} className="between">
                  <span>
                    <Name text={point.place.words} />
                    {!point.necessary && <span className="soft"> (on the best ways; there are others)</span>}
                  </span>
                  <span>{percent(point.share)} of the expected loss</span>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </div>
      {attack.missing.length > 0 && (
        <details className="small soft">
          <summary>{plural(attack.missing.length, 'kind')} of facts nobody collected: no way along these is no proof that there is none</summary>
          <p>{attack.missing.map((missing) => missing.what.replaceAll('_', ' ')).join(', ')}</p>
        </details>
      )}
    </>
  );
}
