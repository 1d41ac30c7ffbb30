import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import type { AttackSummary } from '../../api/types';
import { Empty } from '../../components/Empty';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { count, percent, plural } from '../../lib/format';
import { Entries } from './Entries';
import { Explorer } from './Explorer';
import { Plan } from './Plan';

/** The ways of an attacker to what matters, and what severs them. */
export function PathsPage() {
  const attack = useQuery(queries.attack());
  return (
    <Page wide title="Paths" lead="How an attacker could come from outside to what matters, step by step, with the fact behind each step; and the few fixes that cut the most ways.">
      <Query of={attack}>{(data) => (data.jewels.length === 0 ? <NothingValued /> : <Shown attack={data} />)}</Query>
    </Page>
  );
}

function NothingValued() {
  return (
    <Empty title="Nobody said yet what matters">
      Ways lead somewhere: give the <Link to="/assets">assets</Link> that your organisation depends on a criticality or the classes of data they hold, or mark a scope as a crown jewel in the{' '}
      <Link to="/settings/$tab" params={{ tab: 'scopes' }}>settings</Link>. Then the ways to them are shown here.
    </Empty>
  );
}

function Shown({ attack }: { attack: AttackSummary }) {
  const graph = useQuery(queries.attackGraph());
  const [tried, setTried] = useState<string[]>([]);
  const whatIf = useQuery(queries.whatIf(tried));
  const [before, setBefore] = useState<AttackSummary | null>(null);
  const entries = <Entries attack={attack} before={before} onChange={(stood) => setBefore(before ?? stood)} />;
  const outcome = tried.length > 0 ? whatIf.data : undefined;
  const nowhere = attack.exposures > 0 ? attack.leading_nowhere / attack.exposures : 0;
  return (
    <>
      <p>
        {plural(attack.steps, 'step')} between {plural(attack.footholds, 'place')} where an attacker can stand.{' '}
        <Link to="/exposures" search={{ q: 'status:open leads:nowhere' }} className="inline-link">
          {count(attack.leading_nowhere)} of {plural(attack.exposures, 'open exposure')}
        </Link>{' '}
        ({percent(nowhere)}) {attack.leading_nowhere === 1 ? 'leads' : 'lead'} to nothing that somebody valued, as far as is known.
      </p>
      <Query of={graph} lines={12}>
        {(data) =>
          data.spots.length === 0 ? (
            <>
              <NoWay lacks={attack.lacks.map((lack) => lack.what)} />
              {entries}
            </>
          ) : (
            <Explorer graph={data} attack={attack} whatIf={outcome} plan={<Plan tried={tried} onTry={setTried} outcome={outcome} />} entries={entries} />
          )
        }
      </Query>
      {attack.missing.length > 0 && (
        <details className="small soft">
          <summary>{plural(attack.missing.length, 'kind')} of facts that nobody collected: ways along them would be missing here</summary>
          <p>{attack.missing.map((missing) => missing.what.replaceAll('_', ' ')).join(', ')}</p>
        </details>
      )}
    </>
  );
}

function NoWay({ lacks }: { lacks: string[] }) {
  if (lacks.includes('entries')) return <Empty title="No attacker is considered">Every way in is switched off, so nothing can fall. Switch one on below.</Empty>;
  return <Empty title="No way leads to what matters">By what is known, that is. It is no proof that there is none: what each beginning lacks stands below, and what nobody collected after it.</Empty>;
}
