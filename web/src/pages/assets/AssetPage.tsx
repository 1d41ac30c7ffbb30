import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Asset, ExposureRow } from '../../api/types';
import { EditAsset } from '../../components/EditAsset';
import { EventList } from '../../components/EventList';
import { ExposureLine } from '../../components/ExposureLine';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { Remarks } from '../../components/Remarks';
import { Section } from '../../components/Section';
import { Time } from '../../components/Time';
import { count, inWords, plural, words } from '../../lib/format';
import { quote } from '../../lib/query';
import { useMay } from '../../lib/session';
import { HostFacts } from './HostFacts';
import { Identity } from './Identity';
import { MergeDialog } from './MergeDialog';
import { Merges } from './Merges';
import { OnAttack } from './OnAttack';
import { Services } from './Services';
import { Software } from './Software';
import { Name } from '../../components/Name';

const inverse: Record<string, string> = { out: '→', outgoing: '→', from: '→', in: '←', incoming: '←', to: '←' };

export function AssetPage() {
  const { id } = useParams({ from: '/shell/assets/$id' });
  const asset = useQuery(queries.asset(Number(id)));
  return (
    <Query of={asset} lines={14} page="Asset" back="/assets">
      {(data) => <Shown key={data.id} asset={data} />}
    </Query>
  );
}

/** Exposures that are shown at first: what else is known of the asset stands below them. */
const few = 10;

function Lines({ rows }: { rows: ExposureRow[] }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <ul className="stack loose">
        {(all ? rows : rows.slice(0, few)).map((row) => (
          <li key={row.id}>
            <ExposureLine row={row} />
          </li>
        ))}
      </ul>
      {!all && rows.length > few && (
        <div>
          <button type="button" className="btn" onClick={() => setAll(true)}>
            Show {count(rows.length - few)} more
          </button>
        </div>
      )}
    </>
  );
}

/** What runs no software and listens at no port itself: nothing is missing where none is known. */
const bare = ['directory-object', 'identity', 'network', 'third-party'];

function Shown({ asset }: { asset: Asset }) {
  const may = useMay('analyst');
  const client = useQueryClient();
  const [dialog, setDialog] = useState<'edit' | 'merge' | null>(null);
  const open = asset.exposures.filter((row) => row.status === 'open');
  const machine = !bare.includes(asset.kind);
  return (
    <Page
      title={asset.name}
      lead={
        <span className="row">
          <span>{words(asset.kind)}</span>
          {asset.os && <Name text={asset.os} />}
          <span>
            last seen <Time at={asset.last_seen} />
          </span>
          {asset.demo && <span className="tag">Demo data</span>}
        </span>
      }
      actions={
        may && (
          <>
            <button type="button" className="btn" onClick={() => setDialog('merge')}>
              Merge…
            </button>
            <button type="button" className="btn primary" onClick={() => setDialog('edit')}>
              Say what it is worth
            </button>
          </>
        )
      }
    >
      <div className="columns">
        <div>
          <Section
            title={`Open exposures: ${count(asset.open)}`}
            aside={
              <Link to="/exposures" search={{ q: `asset:${quote(asset.name)}` }}>
                All, also closed
              </Link>
            }
          >
            {open.length === 0 ? <p className="soft">None is open. What no tool has looked at is not in this list; its history shows who looked.</p> : <Lines rows={open} />}
            {asset.exposures.length > open.length && (
              <details>
                <summary>{plural(asset.exposures.length - open.length, 'more that is', 'more that are')} fixed or decided</summary>
                <Lines rows={asset.exposures.filter((row) => row.status !== 'open')} />
              </details>
            )}
          </Section>
          {(machine || asset.services.length > 0) && (
            <Section title="Services">
              <Services services={asset.services} />
            </Section>
          )}
          {(machine || asset.components.total > 0) && (
            <Section
              title="Software"
              aside={
                <span className="row">
                  <a href={api.billUrl(asset.id, 'cyclonedx')} download>
                    CycloneDX
                  </a>
                  <a href={api.billUrl(asset.id, 'spdx')} download>
                    SPDX
                  </a>
                  <a href={api.vexUrl(asset.id)} download>
                    VEX
                  </a>
                </span>
              }
            >
              <Software components={asset.components} asset={asset.name} />
            </Section>
          )}
          {asset.facts && (
            <Section title="Configuration">
              <HostFacts facts={asset.facts} />
            </Section>
          )}
        </div>
        <div>
          <Section title="What it means to you">
            <dl className="facts">
              <dt>Reach</dt>
              <dd>
                {asset.reach === 'unknown' ? <span className="soft">Nobody observed or said it</span> : words(asset.reach)}
                {asset.reach !== 'unknown' && asset.reach_source && <span className="soft small"> ({asset.reach_source})</span>}
              </dd>
              <dt>Criticality</dt>
              <dd>
                {asset.worth ? words(asset.worth) : <span className="soft">Nobody said it</span>}
                {asset.worth !== asset.criticality && <span className="soft small"> (from its scope)</span>}
              </dd>
              <dt>Data</dt>
              <dd>{asset.holds.length > 0 ? asset.holds.map(words).join(', ') : <span className="soft">Nobody said which</span>}</dd>
              <dt>Scopes</dt>
              <dd>
                {asset.scopes.length === 0 ? <span className="soft">In none</span> : asset.scopes.map((scope) => (
                  <Link key={scope} to="/assets" search={{ q: `scope:${quote(scope)}` }} className="inline-link">
                    <Name text={scope} />{' '}
                  </Link>
                ))}
              </dd>
              {asset.networks.length > 0 && (
                <>
                  <dt>Networks</dt>
                  <dd>
                    {asset.networks.map((network) => (
                      <Link key={network} to="/assets" search={{ q: `network:${quote(network)}` }} className="inline-link">
                        <Name text={network} />{' '}
                      </Link>
                    ))}
                  </dd>
                </>
              )}
              <dt>First seen</dt>
              <dd>
                <Time at={asset.first_seen} />
              </dd>
            </dl>
          </Section>
          <OnAttack asset={asset.id} />
          <Section title="Notes">
            <Remarks
              noun="note"
              remarks={asset.notes}
              placeholder="What no tool can know: where it stands, whom to call, why it is as it is"
              onAdd={(text) => api.noteOnAsset(asset.id, text).then(() => client.invalidateQueries({ queryKey: queries.asset(asset.id).queryKey }))}
            />
          </Section>
          <Section title="How it is recognised">
            <Identity identifiers={asset.identifiers} />
          </Section>
          {asset.told.length > 0 && (
            <Section title="What sources tell of it">
              <dl className="facts">
                {asset.told.map((fact) => (
                  <Fragment key={`${fact.name}-${fact.source}`}>
                    <dt>
                      <Name text={words(fact.name)} />
                    </dt>
                    <dd className="wrap">
                      <Name text={fact.value} /> <span className="soft small">({fact.source})</span>
                    </dd>
                  </Fragment>
                ))}
              </dl>
            </Section>
          )}
          {asset.relations.length > 0 && (
            <Section title="Relations">
              <ul className="stack">
                {asset.relations.map((relation, index) => (
                  <li key={`${relation.relation}-${relation.asset.id}-${index}`} className="wrap">
                    <span className="soft">
                      {inverse[relation.direction] ?? ''} {inWords(relation.relation)}
                    </span>{' '}
                    <Link to="/assets/$id" params={{ id: String(relation.asset.id) }}>
                      <Name text={relation.asset.name} />
                    </Link>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {asset.merges.length > 0 && (
            <Section title="Merged from">
              <Merges asset={asset} />
            </Section>
          )}
          <Section title="History">
            <EventList events={asset.events} none="Nothing of the asset itself changed." />
          </Section>
        </div>
      </div>
      {dialog === 'edit' && <EditAsset asset={asset} onClose={() => setDialog(null)} />}
      {dialog === 'merge' && <MergeDialog asset={asset} onClose={() => setDialog(null)} />}
    </Page>
  );
}
