import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Fix } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { percent, plural } from '../../lib/format';

/** The few fixes that take away the most, each to be tried out: nothing is changed. */
export function Plan() {
  const plan = useQuery(queries.plan());
  const cut = useMutation({ mutationFn: () => api.cut([]) });
  const [tried, setTried] = useState<string[]>([]);
  const whatIf = useQuery(queries.whatIf(tried));
  const toggle = (title: string) => setTried(tried.includes(title) ? tried.filter((one) => one !== title) : [...tried, title]);
  const fixes = cut.data ? cut.data.fixes : plan.data?.stages.map((stage) => stage.fix);
  return (
    <Section
      title={cut.data ? 'What severs every way' : 'What to fix first'}
      aside={
        <button type="button" className="btn" disabled={cut.isPending} onClick={() => (cut.data ? cut.reset() : cut.mutate())}>
          {cut.data ? 'Back to the plan' : 'Sever every way'}
        </button>
      }
    >
      {cut.error && <Failure error={cut.error} />}
      <Query of={plan}>
        {(data) =>
          fixes === undefined || fixes.length === 0 ? (
            <p className="soft">No known fix makes anything safer that somebody valued.</p>
          ) : (
            <>
              <p className="small soft">
                {cut.data
                  ? `${plural(cut.data.fixes.length, 'fix', 'fixes')} for ${cut.data.cost}; nothing severs as much for less than ${cut.data.lower_bound}.`
                  : 'In the order of what they take away. Tick some to see what would be otherwise.'}
              </p>
              <ol className="stack">
                {fixes.map((fix, index) => (
                  <Choice key={fix.title} fix={fix} on={tried.includes(fix.title)} onToggle={toggle} left={cut.data ? undefined : share(data.stages[index]?.risk_after, data.risk_before)} />
                ))}
              </ol>
            </>
          )
        }
      </Query>
      <p aria-live="polite">
        {tried.length > 0 && whatIf.data && (
          <>
            With {plural(tried.length, 'fix', 'fixes')} ticked: <strong>{percent(1 - (share(whatIf.data.risk_after, whatIf.data.risk_before) ?? 1))}</strong> of the expected loss is gone;{' '}
            {plural(whatIf.data.changed.length, 'asset is', 'assets are')} safer.
          </>
        )}
      </p>
    </Section>
  );
}

function share(after: number | undefined, before: number): number | undefined {
  return after === undefined || before <= 0 ? undefined : after / before;
}

function Choice({ fix, on, onToggle, left }: { fix: Fix; on: boolean; onToggle: (title: string) => void; left: number | undefined }) {
  return (
    <li>
      <label className="fix">
        <input type="checkbox" checked={on} onChange={() => onToggle(fix.title)} />
        <span className="wrap">{fix.title}</span>
        {left !== undefined && <span className="soft small">{percent(1 - left)} gone</span>}
      </label>
    </li>
  );
}
