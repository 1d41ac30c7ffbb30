import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Exposure } from '../../api/types';
import { Copy } from '../../components/Copy';
import { Level } from '../../components/Level';
import { LongText } from '../../components/LongText';
import { Page } from '../../components/Page';
import { Remarks } from '../../components/Remarks';
import { Query } from '../../components/Query';
import { Score } from '../../components/Score';
import { Section } from '../../components/Section';
import { Severity } from '../../components/Severity';
import { Time } from '../../components/Time';
import { locus, percent, points, words } from '../../lib/format';
import { useKeys } from '../../lib/hooks';
import { level, ssvcWords } from '../../lib/levels';
import { quote } from '../../lib/query';
import type { Selection } from '../../lib/selection';
import { useMay } from '../../lib/session';
import { AssignDialog } from './AssignDialog';
import { DecideDialog } from './DecideDialog';
import { Decisions } from './Decisions';
import { History } from './History';
import { OnWay } from './OnWay';
import { Sightings } from './Sightings';
import { TogetherPart } from './TogetherPart';
import { WeaknessPart } from './WeaknessPart';
import { Why } from './Why';
import { Name } from '../../components/Name';

/** Milliseconds: a report that is younger than this is told as it is made. */
const day = 86_400_000;

export function ExposurePage() {
  const { id } = useParams({ from: '/shell/exposures/$id' });
  const exposure = useQuery(queries.exposure(Number(id)));
  return (
    <Query of={exposure} lines={14} page="Exposure" back="/exposures">
      {(data) => <Shown key={data.id} exposure={data} onChanged={() => void exposure.refetch()} />}
    </Query>
  );
}

function Shown({ exposure, onChanged }: { exposure: Exposure; onChanged: () => void }) {
  const mayChange = useMay('analyst');
  const [open, setOpen] = useState<'assign' | 'decide' | null>(null);
  useKeys((action) => {
    if ((action.kind !== 'decide' && action.kind !== 'assign') || !mayChange) return false;
    setOpen(action.kind);
    return true;
  });
  const target: Selection = { kind: 'some', ids: new Set([exposure.id]) };
  const close = () => setOpen(null);
  const changed = () => {
    close();
    onChanged();
  };
  const { weakness, asset, explanation, fix } = exposure;
  return (
    <Page
      title={exposure.title}
      lead={
        <span className="row">
          <span className="wrap">
            on{' '}
            <Link to="/assets/$id" params={{ id: String(asset.id) }} className="inline-link">
              <Name text={asset.name} />
            </Link>
            {exposure.locus !== '' && <>, {locus(exposure.locus)}</>}
          </span>
          <span className="only-narrow">
            <Level band={exposure.band} /> {points(exposure.priority)}
          </span>
          <span className={exposure.status === 'open' ? 'tag strong' : 'tag good'}>{words(exposure.status)}</span>
          {exposure.kev === true && <span className="tag bad">Exploited in the wild</span>}
          {exposure.demo && <span className="tag">Demo data</span>}
        </span>
      }
      actions={
        mayChange && (
          <>
            <button type="button" className="btn" onClick={() => setOpen('assign')}>
              Assign <kbd>a</kbd>
            </button>
            <button type="button" className="btn" onClick={() => setOpen('decide')}>
              Decide <kbd>d</kbd>
            </button>
          </>
        )
      }
    >
      <div className="columns">
        <div>
          <Section title="How to fix it">
            {fix ? (
              <>
                <LongText text={fix.text} />
                {fix.commands.map((line, index) =>
                  line.startsWith('# ') ? (
                    <p key={index} className="small soft wrap">
                      {line.slice(2)}
                    </p>
                  ) : (
                    <Copy key={index} text={line} label="Copy the command" />
                  ),
                )}
              </>
            ) : (
              <p className="soft">No source names a fix. The references below may; else decide whether to live with it.</p>
            )}
          </Section>
          <Section title="Why this priority">{explanation ? <Why explanation={explanation} /> : <p className="soft">It is not scored yet.</p>}</Section>
          <OnWay exposure={exposure.id} asset={exposure.asset_id} />
          <Section title="Who saw it">
            <Sightings sightings={exposure.sightings} />
          </Section>
          <TogetherPart exposure={exposure} onChanged={onChanged} />
          <Section title="Comments">
            <Remarks noun="comment" remarks={exposure.comments} placeholder="Say what the next person should know" onAdd={(text) => api.comment(exposure.id, text).then(onChanged)} />
          </Section>
        </div>
        <div>
          <Section title="Priority">
            <div className="row">
              <Score value={exposure.priority} low={exposure.priority_low} high={exposure.priority_high} big />
            </div>
            <p>
              <Level band={exposure.band} /> <span className="soft">{level(exposure.band).asks}</span>
            </p>
            <Facts exposure={exposure} />
          </Section>
          <Section title="The weakness">
            <WeaknessPart weakness={weakness} />
          </Section>
          <Section title="Decisions">
            <Decisions decisions={exposure.decisions} onChanged={onChanged} />
          </Section>
          <Section title="History">
            <History evidence={exposure.evidence} assignments={exposure.assignments} firstSeen={exposure.first_seen} />
          </Section>
        </div>
      </div>
      {open === 'assign' && <AssignDialog target={target} onClose={close} onDone={changed} />}
      {open === 'decide' && <DecideDialog target={target} onClose={close} onDone={changed} />}
    </Page>
  );
}

function Facts({ exposure }: { exposure: Exposure }) {
  const decision = ssvcWords(exposure.ssvc);
  return (
    <dl className="facts">
      <dt>Owner</dt>
      <dd>
        {exposure.owner ? (
          <Link to="/exposures" search={{ q: `status:open owner:${quote(exposure.owner)}` }} className="inline-link">
            <Name text={exposure.owner} />
          </Link>
        ) : (
          <span className="soft">nobody</span>
        )}
      </dd>
      <dt>SSVC</dt>
      <dd>{decision ? `${decision[0]}${decision[1] ? `: ${decision[1]}` : ''}` : <span className="soft">unknown</span>}</dd>
      <dt>Severity</dt>
      <dd>
        <Severity value={exposure.severity} />
      </dd>
      <dt>Exploited</dt>
      <dd>{exposure.kev === null ? <span className="soft">unknown: no list is loaded</span> : exposure.kev ? 'yes, says CISA' : 'not on CISA’s list'}</dd>
      <dt>EPSS</dt>
      <dd>{exposure.epss === null ? <span className="soft">unknown</span> : `${percent(exposure.epss)} within 30 days`}</dd>
      <dt>Reach</dt>
      <dd>
        {words(exposure.reach)}
        {exposure.reach === 'unknown' && (
          <>
            {' '}
            (
            <Link to="/assets/$id" params={{ id: String(exposure.asset.id) }} className="inline-link">
              say it
            </Link>
            )
          </>
        )}
      </dd>
      <dt>First seen</dt>
      <dd>
        <Time at={exposure.first_seen} />
        {Date.parse(exposure.opened) - Date.parse(exposure.first_seen) > day && (
          <span className="soft small">
            {' '}
            (by the report; told to Bartizan <Time at={exposure.opened} />)
          </span>
        )}
      </dd>
      <dt>Last seen</dt>
      <dd>
        <Time at={exposure.last_seen} />
      </dd>
      <dt>Elsewhere</dt>
      <dd>
        <Link to="/exposures" search={{ q: `weakness:${quote(exposure.weakness.key)}` }} className="inline-link">
          the same on other assets
        </Link>
      </dd>
    </dl>
  );
}
