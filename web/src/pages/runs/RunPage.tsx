import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../../api/endpoints';
import { isRunning, queries } from '../../api/queries';
import type { RunDetail } from '../../api/types';
import { ExposureLine } from '../../components/ExposureLine';
import { Failure } from '../../components/Failure';
import { Icon } from '../../components/Icon';
import { Page } from '../../components/Page';
import { Progress } from '../../components/Progress';
import { Query } from '../../components/Query';
import { RunState } from '../../components/RunState';
import { Section } from '../../components/Section';
import { Time } from '../../components/Time';
import { bytes, count, duration, plural, words } from '../../lib/format';
import { quote } from '../../lib/query';
import { useMay } from '../../lib/session';
import { Coverage } from './Coverage';

export function RunPage() {
  const { id } = useParams({ from: '/shell/runs/$id' });
  const run = useQuery(queries.run(Number(id)));
  return (
    <Query of={run} lines={10} page="Run" back="/runs">
      {(data) => <Shown key={data.id} run={data} />}
    </Query>
  );
}

function Shown({ run }: { run: RunDetail }) {
  const may = useMay('analyst');
  const client = useQueryClient();
  const running = isRunning(run.state);
  const cancel = useMutation({ mutationFn: () => api.cancelRun(run.id), onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }) });
  return (
    <Page
      title={run.label}
      lead={
        <span className="row">
          {words(run.kind)}
          {run.source && (
            <Link to="/exposures" search={{ q: `source:${quote(run.source)}` }} className="inline-link">
              {run.source}
            </Link>
          )}
          <span>
            started <Time at={run.started_at} />
          </span>
          <RunState run={run} />
        </span>
      }
      actions={
        running &&
        may &&
        run.kind === 'import' && (
          <button type="button" className="btn danger" onClick={() => cancel.mutate()} disabled={cancel.isPending}>
            Stop the import
          </button>
        )
      }
    >
      {cancel.error && <Failure error={cancel.error} />}
      {running && (
        <div className="stack">
          <p role="status">At work. You can leave this page; the run goes on.</p>
          <Progress share={run.progress} label="Progress of the run" />
        </div>
      )}
      {run.error && <Failure error={new Error(run.error)} />}
      <Numbers run={run} />
      {run.did.map((did) => (
        <Exposures key={did.verb} did={did} />
      ))}
      {run.gap_list.length > 0 && (
        <Section title="What it could not look at">
          <p className="soft">Nothing was closed there.</p>
          <ul className="stack">
            {run.gap_list.map((gap, index) => (
              <li key={`${gap.what}-${index}`} className="note warn">
                <Icon name="info" />
                <div>
                  <strong>{gap.what}</strong> {gap.why}
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {run.rejected_list.length > 0 && (
        <Section title={`${plural(run.rejected, 'row')} rejected`}>
          <table className="cards">
            <thead>
              <tr>
                <th scope="col">Where</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {run.rejected_list.map((row, index) => (
                <tr key={`${row.at}-${index}`}>
                  <td className="mono">{row.at}</td>
                  <td className="wrap full">{row.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {run.rejected > run.rejected_list.length && <p className="soft">and {count(run.rejected - run.rejected_list.length)} more.</p>}
        </Section>
      )}
      {(run.coverage.length > 0 || !judged.includes(run.kind)) && (
        <Section title="What it looked at">
          <Coverage coverage={run.coverage} running={running} />
        </Section>
      )}
    </Page>
  );
}

/** Runs that look at what is known already, not at the world. */
const judged = ['match', 'sync'];

const verbs: Record<string, string> = { opened: 'Opened', reopened: 'Came back', fixed: 'Proven fixed', updated: 'Told otherwise than before' };

/** What the run did to exposures: the most urgent of them, and how many there are. */
function Exposures({ did: { verb, total, exposures } }: { did: RunDetail['did'][number] }) {
  return (
    <Section title={`${verbs[verb] ?? words(verb)}: ${count(total)}`}>
      <ul className="stack loose">
        {exposures.map((row) => (
          <li key={row.id}>
            <ExposureLine row={row} asset />
          </li>
        ))}
      </ul>
      {total > exposures.length && <p className="small soft">and {plural(total - exposures.length, 'more', 'more')}, less urgent, or part of another by now.</p>}
    </Section>
  );
}

function Numbers({ run }: { run: RunDetail }) {
  const numbers: [string, string, string][] = [
    [count(run.findings), 'findings read', ''],
    [count(run.created), 'new exposures', ''],
    [count(run.updated), 'updated', ''],
    [count(run.unchanged), 'unchanged', ''],
    [count(run.reopened), 'came back', 'closed before, seen again'],
    [count(run.closed), 'proven fixed', 'looked again, gone'],
    [count(run.assets), 'assets', ''],
    ...(run.suppressed > 0 ? [[count(run.suppressed), 'set aside by the tool', 'false positives, accepted risks, suppressions in the code: imported, and nothing is closed by it'] satisfies [string, string, string]] : []),
    [duration(run.seconds), 'took', ''],
    ...(run.bytes ? [[bytes(run.bytes), 'read', ''] satisfies [string, string, string]] : []),
  ];
  return (
    <dl className="numbers">
      {numbers.map(([value, label, hint]) => (
        <div key={label}>
          <dt title={hint || undefined}>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
