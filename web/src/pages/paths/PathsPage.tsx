import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { queries } from '../../api/queries';
import type { AttackSummary } from '../../api/types';
import { Empty } from '../../components/Empty';
import { Name } from '../../components/Name';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { loss } from '../../lib/entries';
import { count, fileOf, percent, plural } from '../../lib/format';
import { Entries } from './Entries';
import { Explorer } from './Explorer';
import { Plan } from './Plan';

/** The ways of an attacker to what matters, and what severs them. */
export function PathsPage() {
  const attack = useQuery(queries.attack());
  return (
    <Page wide title="Paths" lead="How an attacker could come to what matters, the fact behind each step, and the few fixes that take away the most.">
      <Query of={attack}>{(data) => (data.jewels.length === 0 ? <NothingValued /> : <Shown attack={data} />)}</Query>
    </Page>
  );
}

function NothingValued() {
  return (
    <Empty
      title="Nobody said yet what matters"
      action={
        <Link to="/assets" className="btn primary">
          Choose what matters
        </Link>
      }
    >
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
      <Gist attack={attack} />
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
      <p className="small soft">
        {plural(attack.steps, 'step')} between {plural(attack.footholds, 'place')} where an attacker can stand.{' '}
        <Link to="/exposures" search={{ q: 'status:open leads:nowhere' }} className="inline-link">
          {count(attack.leading_nowhere)} of {plural(attack.exposures, 'open exposure')}
        </Link>{' '}
        ({percent(nowhere)}) {attack.leading_nowhere === 1 ? 'leads' : 'lead'} to nothing that somebody valued, as far as is known.
      </p>
      {attack.partial.length > 0 && (
        <details className="small soft">
          <summary>{plural(attack.partial.length, 'collection')} left something out: ways along it would be missing here</summary>
          <ul className="plain-list">
            {attack.partial.map((partial) => (
              <li key={partial.run} className="wrap">
                <Link to="/runs/$id" params={{ id: String(partial.run) }} className="inline-link">
                  <Name text={fileOf(partial.name)} />
                </Link>{' '}
                ({partial.source}): {partial.left_out.join('; ')}
                {partial.total > partial.left_out.length && <>; and {count(partial.total - partial.left_out.length)} more</>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {attack.missing.length > 0 && (
        <details className="small soft">
          <summary>{plural(attack.missing.length, 'kind')} of facts that nobody collected: ways along them would be missing here</summary>
          <p>{attack.missing.map((missing) => missing.what.replaceAll('_', ' ')).join(', ')}</p>
        </details>
      )}
    </>
  );
}

/** The fixes that the first sentence names. */
const first = 3;

/** The answer in a sentence: what may be lost, where, and what the first fixes take away. */
function Gist({ attack }: { attack: AttackSummary }) {
  const plan = useQuery(queries.plan()).data;
  const worst = attack.jewels.filter((jewel) => jewel.chance.value > 0).slice(0, first);
  if (attack.risk <= 0 || worst.length === 0) return null;
  const stages = plan?.stages.slice(0, first) ?? [];
  const last = stages.at(-1);
  const gone = plan && last && plan.risk_before > 0 ? 1 - last.risk_after / plan.risk_before : 0;
  const closed = 1 - stages.reduce((left, stage) => left * (1 - stage.share), 1);
  const one = stages.length === 1;
  return (
    <p>
      The expected loss within 30 days is <strong className="nowrap">{loss(attack.risk)} points</strong>, most of it at <Names names={worst.map((jewel) => jewel.asset.name)} />.
      {stages.length > 0 && (
        <>
          {' '}
          <Link to="/paths" search={(before) => ({ ...before, at: undefined, to: undefined, show: 'fixes' as const })} className="inline-link">
            {one ? 'The first fix' : `The first ${count(stages.length)} fixes`}
          </Link>{' '}
          {gone >= 0.005 ? (
            <>
              {one ? 'takes' : 'take'} away <strong className="nowrap">{percent(gone)}</strong> of it.
            </>
          ) : (
            <>
              {one ? 'closes' : 'close'} <strong className="nowrap">{percent(closed)}</strong> of the ways there; the loss falls once those that are as easy are closed too.
            </>
          )}
        </>
      )}
    </p>
  );
}

/** Names as a list in a sentence. */
function Names({ names }: { names: string[] }) {
  return names.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && (index === names.length - 1 ? ' and ' : ', ')}
      <Name text={name} most={60} />
    </Fragment>
  ));
}

function NoWay({ lacks }: { lacks: string[] }) {
  if (lacks.includes('entries')) return <Empty title="No attacker is considered">Every way in is switched off, so nothing can fall. Switch one on below.</Empty>;
  return <Empty title="No way leads to what matters">By what is known, that is. It is no proof that there is none: what each beginning lacks stands below, and what nobody collected after it.</Empty>;
}
