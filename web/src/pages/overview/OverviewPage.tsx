import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { Overview } from '../../api/types';
import { Begin } from '../../components/Begin';
import { Empty } from '../../components/Empty';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { Time } from '../../components/Time';
import { plural } from '../../lib/format';
import { Bands } from './Bands';
import { Changes } from './Changes';
import { Demo } from './Demo';
import { Health } from './Health';
import { NextSteps } from './NextSteps';
import { Trend } from './Trend';
import { Unknowns } from './Unknowns';
import { Name } from '../../components/Name';

/** The first screen: what changed, what to do next and why, whether it gets better. */
export function OverviewPage() {
  const overview = useQuery(queries.overview());
  return (
    <Page
      title="Overview"
      lead={
        overview.data && !isEmpty(overview.data) && (
          <>
            {plural(overview.data.open.total, 'open exposure')}, as of <Time at={overview.data.generated_at} />
          </>
        )
      }
    >
      <Query of={overview} lines={14}>
        {(data) => (isEmpty(data) ? <Start /> : <Shown data={data} />)}
      </Query>
    </Page>
  );
}

/** Nothing was ever brought in: a clean result needs a run that looked. */
function isEmpty(data: Overview): boolean {
  return data.runs.length === 0 && data.open.total === 0;
}

function Start() {
  return (
    <Empty
      title="Nothing has been looked at yet"
      action={<Begin />}
    >
      Bartizan shows what to fix first, from the reports of the tools you already have. Import a few: scanners, code checks, bills of materials. The format is
      recognised. Or let it look at the host it runs on. To look around first, <code>bartizan demo</code> on the command line makes up a hospital, and takes it away again.
    </Empty>
  );
}

function Shown({ data }: { data: Overview }) {
  return (
    <>
      {data.demo && <Demo />}
      <Bands data={data} />
      <div className="columns">
        <div>
          <Section title="Do this next" aside={
              <span className="row">
                <Link to="/exposures" search={{ q: 'status:open owner:me' }}>
                  My work
                </Link>
                <Link to="/exposures">All open exposures</Link>
              </span>
            }>
            <NextSteps next={data.next} />
          </Section>
          {data.fixes.length > 0 && (
            <Section title="The same fix, many exposures gone">
              <Fixes fixes={data.fixes} />
            </Section>
          )}
          <Section title="Are we getting better?">
            <Trend days={data.trend} />
          </Section>
        </div>
        <div>
          <Section title="What changed" aside={<span className="soft small">in the last 24 hours</span>}>
            <Changes since={data.since} />
          </Section>
          <Section title="What we do not know">
            <Unknowns unknown={data.unknown} />
          </Section>
          <Section title="How current this is">
            <Health feeds={data.feeds} runs={data.runs} hosts={data.hosts} />
          </Section>
        </div>
      </div>
    </>
  );
}

function Fixes({ fixes }: { fixes: Overview['fixes'] }) {
  return (
    <table className="cards">
      <thead>
        <tr>
          <th scope="col">Fix</th>
          <th scope="col" className="number">
            Removes
          </th>
          <th scope="col" className="number">
            On
          </th>
          <th scope="col" className="number">
            Share of risk
          </th>
        </tr>
      </thead>
      <tbody>
        {fixes.map((fix) => (
          <tr key={fix.key}>
            <td className="full wrap">
              <Name text={fix.title} />
            </td>
            <td className="number nowrap">
              <Link to="/exposures" search={{ q: fix.query }}>
                {plural(fix.exposures, 'exposure')}
              </Link>
            </td>
            <td className="number nowrap">{plural(fix.assets, 'asset')}</td>
            <td className="number nowrap" data-label="Share of risk">
              {fix.risk_share === null ? '–' : `${Math.round(fix.risk_share * 100)} %`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
