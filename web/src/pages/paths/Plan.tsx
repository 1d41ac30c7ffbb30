import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { CutSet, Fix, WhatIf } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { percent, plural } from '../../lib/format';

interface Props {
  /** The titles of the fixes that are ticked. */
  tried: string[];
  onTry: (fixes: string[]) => void;
  /** What would be otherwise with them. */
  outcome: WhatIf | undefined;
}

/** The few fixes that take away the most, each to be tried out: nothing is changed. */
export function Plan({ tried, onTry, outcome }: Props) {
  const plan = useQuery(queries.plan());
  const cut = useMutation({ mutationFn: () => api.cut([]) });
  const toggle = (title: string) => onTry(tried.includes(title) ? tried.filter((one) => one !== title) : [...tried, title]);
  const planned = plan.data?.stages.map((stage) => stage.fix) ?? [];
  // What takes away the most comes first in either.
  const isIn = (all: Fix[], fix: Fix) => all.some((one) => one.title === fix.title);
  const severing = cut.data?.fixes;
  const fixes = severing ? [...planned.filter((fix) => isIn(severing, fix)), ...severing.filter((fix) => !isIn(planned, fix))] : planned;
  return (
    <Section
      title={cut.data ? 'What severs every way' : 'What to fix first'}
      aside={
        <button type="button" className="btn small" disabled={cut.isPending} onClick={() => (cut.data ? cut.reset() : cut.mutate())}>
          {cut.data ? 'Back to the plan' : cut.isPending ? 'Looking for the cheapest…' : 'Sever every way'}
        </button>
      }
    >
      <Outcome tried={tried.length} outcome={outcome} />
      {fixes.length > 0 && (
        <div className="row small">
          {cut.data && !fixes.every((fix) => tried.includes(fix.title)) && (
            <button type="button" className="link" onClick={() => onTry(fixes.map((fix) => fix.title))}>
              Tick all
            </button>
          )}
          {tried.length > 0 && (
            <button type="button" className="link" onClick={() => onTry([])}>
              Untick all
            </button>
          )}
        </div>
      )}
      {cut.data && <Unseverable places={cut.data.unseverable} />}
      {cut.error && <Failure error={cut.error} />}
      <Query of={plan}>
        {(data) =>
          fixes.length === 0 ? (
            <p className="soft">No known fix makes anything safer that somebody valued.</p>
          ) : (
            <>
              <p className="small soft">
                {cut.data
                  ? cutWords(cut.data)
                  : 'In the order of what they take away; what is gone counts each with all before it. Tick some to see what would be otherwise.'}
              </p>
              <ol className="stack">
                {fixes.map((fix, index) => (
                  <Choice key={fix.title} fix={fix} on={tried.includes(fix.title)} onToggle={toggle} left={cut.data ? undefined : share(data.stages[index]?.risk_after, data.risk_before)} ways={data.stages[index]?.share} />
                ))}
              </ol>
            </>
          )
        }
      </Query>
    </Section>
  );
}

/** How much a cut costs, and whether less would do. */
function cutWords({ fixes, cost, lower_bound }: CutSet): string {
  const proven = lower_bound === cost ? 'no other set that severs as much costs less' : `whether a cheaper set (an effort of ${lower_bound} at least) does the same is not known`;
  return `All of these together (${plural(fixes.length, 'fix', 'fixes')}, an effort of ${cost}) sever the ways to the crown jewels; ${proven}.`;
}

/** What stays open with all fixes of a cut done. */
function Unseverable({ places }: { places: CutSet['unseverable'] }) {
  if (places.length === 0) return null;
  return (
    <div className="note">
      <div>
        <p>No known fix severs every way to these:</p>
        <ul className="small grounds">
          {places.map((place) => (
            <li key={place.key}>
              <Name text={place.asset?.name ?? place.words} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** How the expected loss falls. */
function Outcome({ tried, outcome }: { tried: number; outcome: WhatIf | undefined }) {
  const left = outcome ? (share(outcome.risk_after, outcome.risk_before) ?? 1) : 1;
  return (
    <div className="outcome" aria-live="polite">
      <svg className="bar" width="100%" height="8" aria-hidden="true">
        <rect className="base" width="100%" height="8" rx="4" />
        <rect className="mark" width={`${100 * left}%`} height="8" rx="4" />
      </svg>
      {outcome ? (
        <p>
          With {plural(tried, 'fix', 'fixes')} ticked: <strong>{percent(1 - left)}</strong> of the expected loss is gone; {plural(outcome.changed.length, 'asset is', 'assets are')} safer, green in the picture.
        </p>
      ) : (
        <p className="small soft">All of the expected loss is still there. Tick a fix and watch it fall.</p>
      )}
    </div>
  );
}

function share(after: number | undefined, before: number): number | undefined {
  return after === undefined || before <= 0 ? undefined : after / before;
}

interface ChoiceProps {
  fix: Fix;
  on: boolean;
  onToggle: (title: string) => void;
  /** The share of the expected loss that it leaves, by the best ways; nothing in a cut. */
  left: number | undefined;
  /** The share of the ways left before it that it closes. */
  ways: number | undefined;
}

/** What a stage of the plan does. Where several ways are equally good, the loss falls with the last of them. */
function takesAway(ways: number, gone: number): string {
  const fallen = gone >= 0.005 ? `; ${percent(gone)} of the loss is gone by then` : '';
  return `Closes ${percent(ways)} of the ways left${fallen}`;
}

function Choice({ fix, on, onToggle, left, ways = 0 }: ChoiceProps) {
  return (
    <li>
      <label className="fix">
        <input type="checkbox" checked={on} onChange={() => onToggle(fix.title)} />
        <span className="wrap">
          {fix.title}
          {left !== undefined && <span className="soft small">{takesAway(ways, 1 - left)}</span>}
        </span>
      </label>
    </li>
  );
}
